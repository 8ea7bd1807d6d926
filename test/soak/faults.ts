/** What ends nothing: it is told, and the host goes on. */
const CONTAINED = ["throw", "reject", "overflow"];
/** What ends a host at once. */
const CRASHES = ["exit", "emitter", "callback"];
/** What never returns. */
const HANGS = ["loop", "regex"];
/** What takes memory until there is none. */
const LEAKS = ["objects", "array", "map", "buffers"];
/** What happens to a process from outside. */
const SIGNALS = ["killed", "stopped"];

const KINDS = {
  // A growing array or map ends the whole process that it is in; a thread contains small objects.
  thread: [...CONTAINED, ...CRASHES, ...HANGS, "objects"],
  process: [...CONTAINED, ...CRASHES, ...HANGS, ...LEAKS],
};

/** Where it strikes. `committed` is behind the commit of the message that brought it, whose acknowledgement is on its way. */
const POINTS = ["sync", "await", "microtask", "timer", "committed", "close", "late-close"];

/** Something to be done to a route. */
export interface Attack {
  readonly kind: string;
  readonly point: string;
}

/** Everything that can be done to a route on one kind of host. */
export function attacksOn(isolation: "thread" | "process", { ticks }: { readonly ticks: boolean }): Attack[] {
  const points = ticks ? [...POINTS, "tick"] : POINTS;
  const fromInside = KINDS[isolation].flatMap((kind) => points.map((point) => ({ kind, point })));
  const fromOutside = isolation === "process" ? SIGNALS.map((kind) => ({ kind, point: "outside" })) : [];
  return [...fromInside, ...fromOutside];
}

/** What a script must contain to be attacked: `attack(kind, point)` answers a promise where a handler would. */
export const faultsSource = `
import { EventEmitter } from "node:events";
import { readFile } from "node:fs";
const crash = () => { throw new Error("on purpose"); };
const faults = {
  throw: crash,
  reject: () => void Promise.reject(new Error("on purpose")),
  overflow: () => (function deeper() { return 1 + deeper(); })(),
  exit: () => process.exit(3),
  emitter: () => void process.nextTick(() => new EventEmitter().emit("error", new Error("on purpose"))),
  callback: () => readFile("/", crash),
  loop: () => { for (;;); },
  regex: () => /^(a+)+$/.test("a".repeat(60) + "!"),
  objects: () => { const all = []; for (;;) all.push({ a: [1, 2, 3], text: "x".repeat(10) + all.length }); },
  array: () => { const all = []; for (;;) all.push(all.length); },
  map: () => { const all = new Map(); for (let i = 0; ; i += 1) all.set(i, i); },
  buffers: () => { const all = []; for (;;) all.push(Buffer.alloc(1e6, 1)); },
};
let doomedTick = null;
const points = {
  sync: (die) => die(),
  await: (die) => new Promise((resolve) => setTimeout(resolve, 2)).then(die),
  microtask: (die) => Promise.resolve().then(die),
  timer: (die) => void setTimeout(die, 1),
  committed: (die) => void setImmediate(die),
  close: (die) => die(),
  "late-close": (die) => new Promise((resolve) => setTimeout(resolve, 2)).then(die),
  tick: (die) => { doomedTick = die; },
};
const attack = (kind, point) => points[point](faults[kind]);
`;
