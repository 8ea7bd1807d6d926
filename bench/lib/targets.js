import { medianOf } from "./table.js";

const KB = 1024;

function quotient(over, under) {
  return over === null || under === null ? null : over / under;
}

/** Throughput of one peer over that of another, in one scenario. */
function against(scenario, [one, other], least) {
  return {
    text: `${scenario}: ${one} against ${other}`,
    wanted: `≥ ${least}×`,
    value: (results) => {
      const result = results.get(scenario);
      return quotient(medianOf(result, one, "perSecond"), medianOf(result, other, "perSecond"));
    },
    isReached: (value) => value >= least,
    show: (value) => `${value.toFixed(2)}×`,
  };
}

/** The round trip that the thread adds, in bare MessagePort round trips. */
function addedRoundTrip(rate, most) {
  return {
    text: `round trip added by the thread, p50 at ${rate}/s, in bare MessagePort round trips`,
    wanted: `≤ ${most}×`,
    value: (results) => {
      const [thread, inline, port] = ["parlor-thread", "parlor-inline", "message-port"].map((name) =>
        medianOf(results.get("latency"), name, `p50at${rate}`),
      );
      return thread === null || inline === null ? null : quotient(thread - inline, port);
    },
    isReached: (value) => value <= most,
    show: (value) => `${value.toFixed(2)}×`,
  };
}

const memory = {
  text: "resident memory per idle connection, parlor-thread minus ws",
  wanted: `≤ 4 KB`,
  value: (results) => {
    const [own, base] = ["parlor-thread", "ws"].map((name) =>
      medianOf(results.get("idle"), name, "resident"),
    );
    return own === null || base === null ? null : own - base;
  },
  isReached: (value) => value <= 4 * KB,
  show: (value) => `${(value / KB).toFixed(1)} KB`,
};

const ready = {
  text: "`parlor serve examples/chat` to the first accepted connection",
  wanted: "≤ 500 ms",
  value: (results) => medianOf(results.get("start"), "parlor serve examples/chat", "milliseconds"),
  isReached: (value) => value <= 500,
  show: (value) => `${value.toFixed(0)} ms`,
};

/** One figure of the ticks of `parlor-thread`. */
function ofTicks(text, key, { most, unit, digits }) {
  return {
    text,
    wanted: `≤ ${most} ${unit}`,
    value: (results) => medianOf(results.get("ticks"), "parlor-thread", key),
    isReached: (value) => value <= most,
    show: (value) => `${value.toFixed(digits)} ${unit}`,
  };
}

const targets = [
  against("fanout", ["parlor-thread", "bun"], 1.5),
  against("fanout", ["parlor-inline", "bun"], 1.6),
  against("fanout", ["parlor-thread", "ws"], 20),
  against("fanout", ["parlor-thread", "socket.io"], 20),
  against("echo", ["parlor-thread", "ws"], 1),
  against("echo", ["parlor-inline", "ws"], 1.25),
  addedRoundTrip(50, 1.3),
  addedRoundTrip(1000, 1.3),
  memory,
  ready,
  ofTicks("ticks at 60 Hz, 1,000 clients, a broadcast each: lateness p50", "p50", {
    most: 0.1,
    unit: "ms",
    digits: 3,
  }),
  ofTicks("the same: lateness p99", "p99", { most: 1.5, unit: "ms", digits: 3 }),
  ofTicks("the same: error of the rate, over 60 s", "rateError", {
    most: 0.01,
    unit: "%",
    digits: 4,
  }),
];

/** The targets as rows, heading first; one without its figures is "not measured". */
export function targetRows(results) {
  const rows = targets.map(({ text, wanted, value, isReached, show }) => {
    const figure = value(results);
    if (figure === null) return [text, wanted, "not measured", ""];
    return [text, wanted, show(figure), isReached(figure) ? "reached" : "MISSED"];
  });
  return [["target", "wanted", "measured", ""], ...rows];
}
