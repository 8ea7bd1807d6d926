// Bench: what it costs that sessions outlive their connections: routes with `resume` beside routes without.
import { parseArgs } from "node:util";
import { installPeers } from "./lib/install.js";
import { medianInterval } from "./lib/interval.js";
import { describeRun } from "./lib/machine.js";
import { peers } from "./lib/peers.js";
import { toText } from "./lib/table.js";
import { floods } from "./scenarios/flood.js";
import { idle } from "./scenarios/idle.js";

const HELP = `Usage: npm run bench:resume -- [options]

Measures a route without \`resume\` and plain clients beside the same route with \`resume\` and clients
of parlor.v1, in interleaved pairs.

  --only LIST    scenarios, by comma: fanout echo idle (default all)
  --pairs N      pairs of measurements of fanout and echo (default 9)
  --seconds N    measured seconds of each measurement (default 2)
  --idle N       idle sessions (default 4000)
  --help         this text
`;

const schema = {
  only: { type: "string", default: "fanout,echo,idle" },
  pairs: { type: "string", default: "9" },
  seconds: { type: "string", default: "2" },
  idle: { type: "string", default: "4000" },
  help: { type: "boolean", default: false },
};

const plain = peers.find(({ name }) => name === "parlor-thread");
const resuming = { ...plain, protocol: "parlorV1" };

async function ratioOf(scenario, { pairs, ...options }) {
  const ratios = [];
  const route = `resume-${scenario.name}`;
  for (let pair = 0; pair < pairs; pair += 1) {
    const measures = [
      () => scenario.measure(plain, options),
      () => scenario.measure(resuming, { ...options, route }),
    ];
    // Either comes first in half of the pairs.
    const order = pair % 2 === 0 ? [0, 1] : [1, 0];
    const rates = [];
    for (const one of order) rates[one] = (await measures[one]()).perSecond;
    ratios.push(rates[1] / rates[0]);
    process.stderr.write(`  ${scenario.name}, pair ${pair + 1} of ${pairs}: ${ratios.at(-1).toFixed(3)}\n`);
  }
  const { median, low, high } = medianInterval(ratios);
  return `${median.toFixed(3)}× (95 % interval ${low.toFixed(3)} to ${high.toFixed(3)})`;
}

// A client of parlor.v1 has had a frame in each direction: a plain one gets that, too.
async function idleRow(idleConnections) {
  const without = await idle.measure(plain, { idleConnections, pings: true });
  const withResume = await idle.measure(resuming, { idleConnections, route: "resume-idle" });
  const more = (key) => `${Math.round(withResume[key] - without[key])} B`;
  return `${more("heap")} of heap, ${more("resident")} resident`;
}

async function main() {
  const { values } = parseArgs({ options: schema });
  if (values.help) return console.log(HELP);
  installPeers();
  const wanted = values.only.split(",");
  const options = { pairs: Number(values.pairs), warmMs: 1000, measureMs: 1000 * Number(values.seconds) };
  const targets = { fanout: "≥ 0.9×", echo: "≥ 0.85×" };
  const rows = [["with resume", "target", "measured"]];
  for (const scenario of floods.filter(({ name }) => name in targets && wanted.includes(name)))
    rows.push([scenario.name, targets[scenario.name], await ratioOf(scenario, options)]);
  if (wanted.includes("idle"))
    rows.push(["more for each idle session", "≤ 512 B", await idleRow(Number(values.idle))]);
  console.log(`${toText(describeRun())}\n\n${toText(rows)}`);
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
