import { parseArgs } from "node:util";

const HELP = `Usage: npm run bench -- [options]

Runs Parlor and its peers side by side, round by round, and prints medians and ratios.

  --quick            2 short rounds and 4,000 idle connections: to see that it works
  --only LIST        scenarios, by comma: fanout publish echo latency ticks idle start
  --peers LIST       peers, by comma: parlor-thread parlor-inline ws bun socket.io colyseus
  --rounds N         rounds (default 5; start has at least 9)
  --seconds N        measured seconds of each measurement (default 3)
  --tick-seconds N   measured seconds of ticks (default 10; 60 with --write)
  --window N         messages in flight per publisher in both fan-outs, in place of 16 and 64
  --write            write docs/benchmarks.md from the results
  --help             this text
`;

const schema = {
  quick: { type: "boolean" },
  only: { type: "string" },
  peers: { type: "string" },
  rounds: { type: "string" },
  seconds: { type: "string" },
  "tick-seconds": { type: "string" },
  window: { type: "string" },
  write: { type: "boolean" },
  help: { type: "boolean" },
};

function fail(message) {
  throw new Error(`${message}; see npm run bench -- --help`);
}

function positive(name, value, { max, fallback, integer = true }) {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!(number > 0 && number <= max) || (integer && !Number.isInteger(number))) {
    fail(
      `--${name} must be a${integer ? " whole" : ""} number from ${integer ? 1 : "above 0"} to ${max}, got "${value}"`,
    );
  }
  return number;
}

function choose(name, value, all) {
  if (value === undefined) return all;
  const wanted = value.split(",").map((item) => item.trim());
  const unknown = wanted.find((item) => !all.some((one) => one.name === item));
  if (unknown !== undefined) fail(`--${name} does not know "${unknown}"`);
  return all.filter((one) => wanted.includes(one.name));
}

function parse(argv) {
  try {
    return parseArgs({ args: argv, options: schema }).values;
  } catch (error) {
    return fail(error.message);
  }
}

// A rate is only as exact as the time over which it is taken.
function ticksFor({ quick, write }) {
  if (quick) return 3;
  return write ? 60 : 10;
}

/** What to run, from the command line; null when only the help was asked for. */
export function readOptions(argv, scenarios, peers) {
  const values = parse(argv);
  if (values.help) {
    console.log(HELP);
    return null;
  }
  const { quick = false, write = false } = values;
  const seconds = positive("seconds", values.seconds, { max: 20, fallback: quick ? 1 : 3, integer: false });
  const tickSeconds = positive("tick-seconds", values["tick-seconds"], {
    max: 90,
    fallback: ticksFor({ quick, write }),
    integer: false,
  });
  return {
    quick,
    write,
    scenarios: choose("only", values.only, scenarios),
    peers: choose("peers", values.peers, peers),
    rounds: positive("rounds", values.rounds, { max: 50, fallback: quick ? 2 : 5 }),
    window: positive("window", values.window, { max: 1024 }),
    measureMs: seconds * 1000,
    tickMs: tickSeconds * 1000,
    warmMs: quick ? 500 : 1500,
    idleConnections: quick ? 4000 : 8000,
  };
}
