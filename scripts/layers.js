// Draws the layers from the code's own imports into ARCHITECTURE.md; with --check, only says whether the
// drawing is still true.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cruise } from "dependency-cruiser";
import { root } from "./tools.js";

const start = "<!-- layers:start -->";
const end = "<!-- layers:end -->";
const page = join(root, "ARCHITECTURE.md");

/** The layers from the top down. */
const ranks = [
  ["cli"],
  ["index.ts"],
  ["server"],
  ["entries"],
  ["load"],
  ["dialects"],
  ["front", "host"],
  ["base"],
  ["boundary"],
];

process.exitCode = await main(process.argv.includes("--check"));

async function main(checkOnly) {
  const text = readFileSync(page, "utf8").replaceAll("\r\n", "\n");
  const [before, after] = [text.indexOf(start), text.indexOf(end)];
  if (before < 0 || after < before)
    return fail(`ARCHITECTURE.md has no place for it: add ${start} and ${end}`);

  const fresh = `${text.slice(0, before)}${start}\n\n${drawing(await edges())}\n\n${text.slice(after)}`;
  if (fresh === text) return 0;
  if (checkOnly) return fail("the drawing in ARCHITECTURE.md is out of date: run npm run layers");
  writeFileSync(page, fresh);
  console.log("layers: drawn into ARCHITECTURE.md");
  return 0;
}

/** Every import between two boxes, once, sorted. */
async function edges() {
  const options = {
    doNotFollow: { path: ["node_modules"] },
    includeOnly: ["^src/"],
    tsPreCompilationDeps: true,
  };
  const resolve = { conditionNames: ["import", "node", "types"] };
  const { output } = await cruise(["src"], { ...options, baseDir: root }, resolve);
  const found = new Map();
  for (const { source, dependencies } of output.modules) {
    const from = boxOf(source);
    for (const { resolved } of dependencies) {
      const to = boxOf(resolved);
      if (from !== to) found.set(`${from} ${to}`, [from, to]);
    }
  }
  return [...found.values()].sort(
    (a, b) => rankOf(a[0]) - rankOf(b[0]) || `${a}`.localeCompare(`${b}`, "en"),
  );
}

/** A folder of src/, or its door; the other files that lie directly in src/ are one box. */
function boxOf(path) {
  const [, name] = path.split("/");
  return name.endsWith(".ts") && name !== "index.ts" ? "base" : name;
}

function rankOf(box) {
  const rank = ranks.findIndex((boxes) => boxes.includes(box));
  return rank < 0 ? 2 : rank;
}

/** One line for each box, with all that it imports. */
function drawing(pairs) {
  const id = (box) => (/\W/.test(box) ? `${box.replace(/\W/g, "_")}["${box}"]` : box);
  const boxes = [...new Set(pairs.map(([from]) => from))];
  const lines = boxes.map((box) => {
    const imported = pairs.filter(([from]) => from === box).map(([, to]) => id(to));
    return `  ${id(box)} --> ${imported.join(" & ")}`;
  });
  return ["```mermaid", "flowchart TD", ...lines, "```"].join("\n");
}

function fail(message) {
  console.error(`layers: ${message}`);
  return 1;
}
