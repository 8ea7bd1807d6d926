// Everything that a machine can say about the code. All checks run even when one fails.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { binOf, root, runNode, secondsSince } from "./tools.js";

const cruised = ["src", "test", "bench", "examples", "docs"].filter((folder) =>
  existsSync(join(root, folder)),
);
const tscCache = "node_modules/.cache/parlor-check";

/** The name for --only, the package and its command, and what to do about a failure. */
const checks = [
  {
    name: "format",
    run: () => tool("prettier", ["--check", "--log-level=warn", "."]),
    fix: "npm run format",
  },
  { name: "lint", run: () => tool("oxlint", []) },
  {
    name: "layers",
    run: () =>
      tool(
        "dependency-cruiser",
        ["--config", ".dependency-cruiser.mjs", "-T", "err-long", ...cruised],
        "depcruise",
      ),
  },
  { name: "types", run: () => tsc("tsconfig.json", "whole") },
  { name: "example-types", run: () => tsc("examples/tsconfig.json", "examples") },
  { name: "pure-types", run: () => tsc("tsconfig.pure.json", "pure") },
  {
    name: "globals",
    run: () => runNode(join(root, "scripts/globals.js"), ["--check"]),
    fix: "node scripts/globals.js",
  },
  {
    name: "figures",
    run: () => runNode(join(root, "scripts/figures.js"), ["--check"]),
    fix: "npm run figures",
  },
  { name: "unused", run: () => tool("knip", ["--no-progress", "--no-config-hints"]) },
  { name: "drawing", run: () => runNode(join(root, "scripts/layers.js"), ["--check"]) },
  { name: "structure", run: () => runNode(join(root, "scripts/structure.js"), ["--check"]) },
  { name: "test-rules", run: () => runNode(join(root, "scripts/test-rules.js"), []) },
  {
    name: "errors",
    run: () => runNode(join(root, "scripts/errors-page.js"), ["--check"]),
    fix: "npm run errors",
  },
];

process.exitCode = await main();

async function main() {
  const chosen = choose();
  if (chosen === null) return 1;
  const width = Math.max(...chosen.map(({ name }) => name.length));
  const start = performance.now();
  let failures = 0;
  for (const check of chosen) failures += (await report(check, width)) ? 0 : 1;
  const verdict = failures === 0 ? "all good" : `${failures} of ${chosen.length} failed`;
  console.log(`\ncheck: ${verdict} (${secondsSince(start)})`);
  return failures === 0 ? 0 : 1;
}

/** All checks, those named by --only, or null after saying what is wrong with the command line. */
function choose() {
  const names = checks.map(({ name }) => name);
  const only = onlyOption();
  const wrong = only?.find((name) => !names.includes(name));
  if (only === null || wrong !== undefined) {
    console.error(
      `check: ${wrong === undefined ? "unknown option" : `no check is named ${wrong}`}; use --only ${names.join("|")}`,
    );
    return null;
  }
  return only.length === 0 ? checks : checks.filter(({ name }) => only.includes(name));
}

function onlyOption() {
  try {
    const { only = [] } = parseArgs({ options: { only: { type: "string", multiple: true } } }).values;
    return only.flatMap((names) => names.split(","));
  } catch {
    return null;
  }
}

async function report({ name, run, fix }, width) {
  const start = performance.now();
  const { code, output } = await run();
  console.log(`${code === 0 ? "ok  " : "FAIL"}  ${name.padEnd(width)}  ${secondsSince(start)}`);
  if (code !== 0) console.log(indented(fix === undefined ? output : `${output}\n-> ${fix}`));
  return code === 0;
}

function indented(text) {
  return text.trimEnd().replace(/^(?=.)/gm, "      ");
}

async function tool(name, args, command = name) {
  try {
    return await runNode(binOf(name, command), args);
  } catch (error) {
    return { code: 1, output: error.message };
  }
}

function tsc(project, cache) {
  const info = join(tscCache, `${cache}.tsbuildinfo`);
  return tool("typescript", ["-p", project, "--incremental", "--tsBuildInfoFile", info], "tsc");
}
