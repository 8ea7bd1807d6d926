// Compiles src/ to dist/. It runs before every `npm test`, so it must cost nothing when nothing changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { binOf, isInstalled, root, runNode, secondsSince } from "./tools.js";

const src = join(root, "src");
const dist = join(root, "dist");
/** The compiled entries of threads and processes; each is bundled to one file beside it. */
const entries = ["thread-entry", "thread-code", "process-entry", "probe-entry", "watch-entry"].map((name) =>
  join(dist, "entries", `${name}.js`),
);
/** The command line in a few files: to find, open and compile hundreds takes its start twice as long, and as many descriptors. */
const commandLine = { entry: join(dist, "cli/main.js"), folder: join(dist, "bundle") };
/** The client library as one file that browsers import; `/_parlor/client.js` is this file. */
const client = { entry: join(dist, "client/connect.js"), bundle: join(dist, "client/browser.js") };
/** Threads and processes hold the text, each its own: it has no comments and no indentation, but keeps its names. */
const dense = { minifyWhitespace: true, lineLimit: 120, legalComments: "none" };
const commonJs = {
  format: "cjs",
  define: { "import.meta.url": "__entryUrl" },
  banner: { js: '"use strict";const __entryUrl=require("node:url").pathToFileURL(__filename).href;' },
};

const cache = join(root, "node_modules/.cache");
const stamp = join(cache, "parlor-build.stamp");
const buildInfo = join(cache, "parlor-build.tsbuildinfo");

process.exitCode = await build();

async function build() {
  const start = performance.now();
  if (!isInstalled("typescript")) return withoutCompiler();
  const sources = filesUnder(src).filter((file) => /(?<!\.d)\.ts$/.test(file));
  removeOrphans(sources);
  const built = [...sources.map(outputOf), ...bundles(), join(commandLine.folder, "main.js")];
  const missing = built.some((file) => !existsSync(file));
  const fingerprint = fingerprintOf(sources);
  if (!missing && fingerprint === readOrNull(stamp)) return report("up to date", start);

  // tsc trusts its build info over the folder, and would not write a file again that was deleted.
  if (missing) rmSync(buildInfo, { force: true });
  rmSync(stamp, { force: true });
  const { code, output } = await runNode(binOf("typescript", "tsc"), ["-p", "tsconfig.build.json"]);
  if (code !== 0) return report(`tsc found errors\n${output.trimEnd()}`, start, 1);
  await bundleEntries();
  await bundleCommandLine();
  await bundleClient();
  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp, fingerprint);
  return report(`${sources.length} files`, start);
}

function withoutCompiler() {
  if (existsSync(join(dist, "index.js"))) return 0;
  console.error(
    "build: typescript is not installed and dist/ is missing: run npm install without --omit=dev",
  );
  return 1;
}

/** A deleted or renamed source must not live on in dist/. */
function removeOrphans(sources) {
  const expected = new Set([...sources.map(outputOf), ...bundles()]);
  for (const file of filesUnder(dist).filter((one) => !one.startsWith(commandLine.folder + sep))) {
    if (!expected.has(file.replace(/\.(d\.ts|js\.map|js)$/, ".js"))) rmSync(file);
  }
}

function outputOf(source) {
  return join(dist, relative(src, source).replace(/ts$/, "js"));
}

/** A thread starts with one file: to find and compile a hundred takes three times as long, at every start. */
async function bundleEntries() {
  const { build: bundle } = await import("esbuild");
  const options = { ...dense, bundle: true, platform: "node", target: "node20", logLevel: "error" };
  for (const entry of entries) {
    const format = isForThreads(entry) ? commonJs : { format: "esm" };
    await bundle({ ...options, ...format, entryPoints: [entry], outfile: bundleOf(entry) });
  }
}

/** Its commands stay apart: each loads what it needs. */
async function bundleCommandLine() {
  const { build: bundle } = await import("esbuild");
  const { entry, folder } = commandLine;
  rmSync(folder, { recursive: true, force: true });
  await bundle({
    ...{
      bundle: true,
      splitting: true,
      packages: "external",
      format: "esm",
      platform: "node",
      target: "node20",
    },
    ...{ ...dense, logLevel: "error" },
    entryPoints: [entry],
    outdir: folder,
    plugins: [{ name: "places", setup: keepPlaces }],
  });
}

/** For the browsers of the last years: the oldest that know all that is in it are of 2022. */
async function bundleClient() {
  const { build: bundle } = await import("esbuild");
  const options = { bundle: true, minify: true, format: "esm", platform: "browser", target: "es2022" };
  await bundle({ ...options, logLevel: "error", entryPoints: [client.entry], outfile: client.bundle });
}

/** Modules find files by their own place, which is no longer that of the code. */
function keepPlaces(bundler) {
  bundler.onLoad({ filter: /[/\\]dist[/\\].*\.js$/ }, ({ path }) => {
    const place = JSON.stringify(relative(commandLine.folder, path).split(sep).join("/"));
    const here = `new URL(${place}, import.meta.url).href`;
    return { contents: readFileSync(path, "utf8").replaceAll("import.meta.url", here), loader: "js" };
  });
}

/** Node's part for ES modules takes a thread time and memory. */
function isForThreads(entry) {
  return basename(entry).startsWith("thread");
}

/** The bundles that lie beside compiled files. */
function bundles() {
  return [...entries.map(bundleOf), client.bundle];
}

function bundleOf(entry) {
  return entry.replace(/js$/, isForThreads(entry) ? "bundle.cjs" : "bundle.js");
}

function fingerprintOf(sources) {
  const hash = createHash("sha256");
  const compiler = join("node_modules", "typescript", "package.json");
  for (const file of [compiler, "tsconfig.json", "tsconfig.build.json", "scripts/build.js"]) {
    hash.update(readFileSync(join(root, file)));
  }
  for (const file of sources) hash.update(`\0${relative(src, file)}\0`).update(readFileSync(file));
  return hash.digest("hex");
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function readOrNull(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

function report(text, start, code = 0) {
  const print = code === 0 ? console.log : console.error;
  print(`build: ${text} (${secondsSince(start)})`);
  return code;
}
