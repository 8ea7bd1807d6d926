/** Faults that are reported, and that the host survives. */
const CONTAINED = ["throw", "reject", "overflow"];
/** Faults that end a host at once. */
const CRASHES = ["exit", "emitter", "callback"];
/** Faults that never return. */
const HANGS = ["loop", "regex"];
/** Faults that take all memory. */
const LEAKS = ["objects", "array", "map", "buffers"];
/** Signals to a process from outside. */
const SIGNALS = ["killed", "stopped"];

const KINDS = {
  // A growing array or map ends the whole process that it is in; a thread contains small objects.
  thread: [...CONTAINED, ...CRASHES, ...HANGS, "objects"],
  process: [...CONTAINED, ...CRASHES, ...HANGS, ...LEAKS],
};

/** Where a fault happens. `committed` is after the commit of its message, before the front has acknowledged it. */
const POINTS = ["sync", "await", "microtask", "timer", "committed", "close", "late-close"];

/** A fault at a point. */
export interface Attack {
  readonly kind: string;
  readonly point: string;
}

/** All attacks on a route on one kind of host. */
export function attacksOn(isolation: "thread" | "process", { ticks }: { readonly ticks: boolean }): Attack[] {
  const points = ticks ? [...POINTS, "tick"] : POINTS;
  const fromInside = KINDS[isolation].flatMap((kind) => points.map((point) => ({ kind, point })));
  const fromOutside = isolation === "process" ? SIGNALS.map((kind) => ({ kind, point: "outside" })) : [];
  return [...fromInside, ...fromOutside];
}

/** Source for scripts under attack: `attack(kind, point)` returns a promise where a handler would. */
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
