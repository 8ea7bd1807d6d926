// Runs each test file N times beside busy loops, so that a test which depends on the speed of the machine shows.
// `npm run test:repeat -- 20 test/host test/front/websocket/websocket.test.ts`
import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { binOf, root, runNode, secondsSince } from "./tools.js";

const BUSY_LOOPS = 3;

const [count, ...paths] = process.argv.slice(2);
const times = Number(count);
const files = paths.flatMap(testFilesIn);
if (!Number.isInteger(times) || times < 1 || files.length === 0) {
  console.error("repeat-tests: usage: npm run test:repeat -- TIMES FILE_OR_FOLDER...");
  process.exit(1);
}
const loops = Array.from({ length: BUSY_LOOPS }, () => spawn(process.execPath, ["-e", "for (;;);"]));
// Also when this process is ended by Ctrl-C or by a limit on its time.
process.on("exit", () => loops.forEach((loop) => loop.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

let failures = 0;
for (const file of files) failures += await repeat(file);
process.exit(failures === 0 ? 0 : 1);

/** Prints how many runs of a file passed, and the output of the runs that failed; returns how many failed. */
async function repeat(file) {
  const start = performance.now();
  const failed = [];
  for (let run = 1; run <= times; run += 1) {
    const { code, output } = await runNode(binOf("vitest"), ["run", ...modeOf(file), "--reporter=dot", file]);
    if (code !== 0) failed.push(`--- run ${run} of ${file}\n${output}`);
  }
  console.log(`${file}: ${times - failed.length} of ${times} (${secondsSince(start)})`);
  for (const output of failed) console.log(output);
  return failed.length;
}

function modeOf(file) {
  return file.endsWith(".slow.test.ts") ? ["--mode", "slow"] : [];
}

function testFilesIn(path) {
  const full = join(root, path);
  if (statSync(full).isFile()) return [path];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}
