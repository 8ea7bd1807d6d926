// Bench: this tree beside another commit of it, in interleaved pairs.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { baseTree } from "./lib/base-tree.js";
import { linkParlor } from "./lib/install.js";
import { medianInterval } from "./lib/interval.js";
import { paths } from "./lib/paths.js";
import { floods } from "./scenarios/flood.js";

const HELP = `Usage: npm run bench:against -- REVISION [options]

Measures this tree and another commit of it in turns and prints the median ratio (this over
the other) with its 95 % interval. Above 1, this tree is faster. The ratio of the server's CPU
time for each message is printed, too: it depends less on other work of the machine.

  --pairs N      pairs of measurements (default 15)
  --seconds N    measured seconds of each measurement (default 2)
  --only LIST    scenarios, by comma: fanout publish echo (default fanout,echo)
  --hosts LIST   thread inline (default both)
  --help         this text
`;

const schema = {
  pairs: { type: "string", default: "15" },
  seconds: { type: "string", default: "2" },
  only: { type: "string", default: "fanout,echo" },
  hosts: { type: "string", default: "thread,inline" },
  help: { type: "boolean", default: false },
};

/** How a tree's Parlor is started, on a thread or inline. */
function subject(folder, host) {
  const inline = join(folder, "bench/servers/parlor-inline.js");
  const thread = [join(folder, "bin/parlor.js"), "serve", join(folder, "bench/app"), "--port"];
  return {
    name: host,
    protocol: "raw",
    command: ({ port }) =>
      host === "inline" ? [process.execPath, inline] : [process.execPath, ...thread, String(port)],
  };
}

async function measurePairs(scenario, [base, own], { pairs, options }) {
  const ratios = { rate: [], cpu: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    // Either tree comes first in half of the pairs.
    const order = pair % 2 === 0 ? [base, own] : [own, base];
    const figures = new Map();
    for (const one of order) figures.set(one, await scenario.measure(one, options));
    ratios.rate.push(figures.get(own).perSecond / figures.get(base).perSecond);
    // Less CPU for each message is faster, too: the ratio is turned over.
    ratios.cpu.push(figures.get(base).cpuMicros / figures.get(own).cpuMicros);
    const [rate, cpu] = [ratios.rate.at(-1), ratios.cpu.at(-1)];
    process.stderr.write(`  pair ${pair + 1} of ${pairs}: ${rate.toFixed(3)} (CPU ${cpu.toFixed(3)})\n`);
  }
  return { rate: medianInterval(ratios.rate), cpu: medianInterval(ratios.cpu) };
}

function said({ median, low, high }) {
  return `${median.toFixed(3)}× (95 % interval ${low.toFixed(3)} to ${high.toFixed(3)})`;
}

async function main() {
  const { values, positionals } = parseArgs({ options: schema, allowPositionals: true });
  if (values.help || positionals.length !== 1) {
    console.log(HELP);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  linkParlor();
  const [pairs, seconds] = [Number(values.pairs), Number(values.seconds)];
  if (!(pairs >= 1) || !(seconds > 0)) throw new Error("--pairs and --seconds must be positive numbers");
  const options = { warmMs: 1000, measureMs: seconds * 1000 };
  const base = baseTree(positionals[0]);
  process.once("exit", base.remove);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
  const wanted = values.only.split(",");
  for (const scenario of floods.filter(({ name }) => wanted.includes(name)))
    for (const host of values.hosts.split(",")) {
      process.stderr.write(`${scenario.name}, ${host}\n`);
      const trees = [subject(base.folder, host), subject(paths.root, host)];
      const { rate, cpu } = await measurePairs(scenario, trees, { pairs, options });
      console.log(`${scenario.name}, ${host}: ${said(rate)}, ${pairs} pairs; by CPU ${said(cpu)}`);
    }
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
