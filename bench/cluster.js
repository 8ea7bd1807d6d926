// Bench: clusters and fronts of this tree, as a table of targets and figures.
import { parseArgs } from "node:util";
import { installPeers } from "./lib/install.js";
import { describeRun } from "./lib/machine.js";
import { toText } from "./lib/table.js";
import { directoryRows } from "./cluster/directory-rows.js";
import { Engine } from "./cluster/engine.js";
import { frontsRow } from "./cluster/fronts-row.js";
import { broadcastRows, cutRow } from "./cluster/message-rows.js";

const HELP = `Usage: npm run bench:cluster -- [options]

Measures three nodes on a Redis of its own, and two fronts; needs redis-server and redis-cli.

  --only LIST    parts, by comma: directory broadcast cut fronts (default all)
  --each N       sessions on each of two nodes (default 10000)
  --seconds N    measured seconds of each flood (default 5)
  --rounds N     rounds of one front against two (default 3)
  --help         this text
`;

const schema = {
  only: { type: "string", default: "directory,broadcast,cut,fronts" },
  each: { type: "string", default: "10000" },
  seconds: { type: "string", default: "5" },
  rounds: { type: "string", default: "3" },
  help: { type: "boolean", default: false },
};

async function rowsOf(part, engine, { each, measureMs, rounds }) {
  if (part === "directory") return directoryRows(engine, { each });
  if (part === "broadcast") return broadcastRows(engine, { measureMs });
  if (part === "cut") return [await cutRow(engine)];
  if (part === "fronts") return [await frontsRow({ measureMs, rounds })];
  throw new Error(`--only: no part is named ${part}`);
}

async function main() {
  const { values } = parseArgs({ options: schema });
  if (values.help) return console.log(HELP);
  installPeers();
  const [each, rounds] = [Number(values.each), Number(values.rounds)];
  const options = { each, rounds, measureMs: 1000 * Number(values.seconds) };
  const rows = [["", "target", "measured"]];
  const engine = new Engine();
  await engine.start();
  try {
    for (const part of values.only.split(",")) {
      const measured = await rowsOf(part, engine, options);
      for (const row of measured) process.stderr.write(`  ${row.join(" | ")}\n`);
      rows.push(...measured);
    }
  } finally {
    await engine.stop();
  }
  console.log(`${toText(describeRun())}\n\n${toText(rows)}`);
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
