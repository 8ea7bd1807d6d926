// Prints the test files that failed, from a report that vitest wrote as JSON. It fails itself if a second try of them
// proves nothing: no report, no file, or more than a few.
// `node scripts/failed-files.js report.json`
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { root } from "./tools.js";

const MOST = 2;

const { testResults, success } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const failed = testResults
  .filter(({ status }) => status === "failed")
  .map(({ name }) => relative(root, name));
if (success || failed.length === 0 || failed.length > MOST) {
  console.error(`${failed.length} test files failed: no second try (it is for 1 to ${MOST})`);
  process.exit(1);
}
console.log(failed.join("\n"));
