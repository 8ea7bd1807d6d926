import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describeRun } from "./machine.js";
import { paths } from "./paths.js";
import { notesOf, rowsOf, toMarkdown } from "./table.js";
import { targetRows } from "./targets.js";

const INTRO = `# Benchmarks

Written by \`npm run bench -- --write\`; do not edit. How each figure is taken, and what it does not say, is in
[bench/README.md](../bench/README.md).

To repeat: \`npm install\`, then \`npm run bench\`. The first run installs the peers, beside the benchmarks.
\`npm run bench -- --quick\` takes a few minutes and shows whether it works; its figures are not for comparing.`;

function sectionOf(result) {
  const notes = notesOf(result).map((note) => `- ${note}`);
  const table = toMarkdown(rowsOf(result));
  const about = `Medians of ${result.rounds} interleaved rounds.`;
  return [`## ${result.scenario.title}`, about, table, ...(notes.length > 0 ? [notes.join("\n")] : [])].join(
    "\n\n",
  );
}

function setting({ quick, measureMs, warmMs, tickMs, idleConnections, window }) {
  return [
    `${measureMs / 1000} s measured after ${warmMs / 1000} s of warming up; ticks ${tickMs / 1000} s; ${idleConnections.toLocaleString("en-US")} idle connections`,
    ...(window ? [`window ${window}`] : []),
    ...(quick ? ["**a quick run: not for comparing**"] : []),
  ].join("; ");
}

/** Writes docs/benchmarks.md from the results of this run. */
export function writeDocument(results, options) {
  const run = [["", ""], ...describeRun(), ["measurement", setting(options)]];
  const parts = [
    INTRO,
    `## This run\n\n${toMarkdown(run)}`,
    `## Targets\n\n${toMarkdown(targetRows(results))}`,
    ...[...results.values()].map(sectionOf),
  ];
  mkdirSync(dirname(paths.document), { recursive: true });
  writeFileSync(paths.document, `${parts.join("\n\n")}\n`);
  return paths.document;
}
