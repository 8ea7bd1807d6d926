import { writeDocument } from "./lib/document.js";
import { installPeers } from "./lib/install.js";
import { describeRun } from "./lib/machine.js";
import { readOptions } from "./lib/options.js";
import { peers } from "./lib/peers.js";
import { runScenario } from "./lib/runner.js";
import { notesOf, rowsOf, toText } from "./lib/table.js";
import { targetRows } from "./lib/targets.js";
import { floods } from "./scenarios/flood.js";
import { idle } from "./scenarios/idle.js";
import { latency } from "./scenarios/latency.js";
import { start } from "./scenarios/start.js";
import { ticks } from "./scenarios/ticks.js";

const scenarios = [...floods, latency, ticks, idle, start];

function print(results) {
  console.log(`\n${toText(describeRun())}`);
  for (const result of results.values()) {
    console.log(`\n${result.scenario.title} (medians of ${result.rounds} rounds)\n${toText(rowsOf(result))}`);
    for (const note of notesOf(result)) console.log(`! ${note}`);
  }
  console.log(`\nTargets\n${toText(targetRows(results))}`);
}

async function main() {
  const options = readOptions(process.argv.slice(2), scenarios, peers);
  if (options === null) return;
  installPeers();
  const results = new Map();
  for (const scenario of options.scenarios) results.set(scenario.name, await runScenario(scenario, options));
  print(results);
  if (options.write) console.log(`\nWrote ${writeDocument(results, options)}`);
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
