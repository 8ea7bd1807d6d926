import { faultsSource } from "../faults.ts";

/** Faults of a script itself, at a point of its life. */
const FAULTS = ["throw", "reject", "overflow", "exit", "emitter", "callback", "loop", "regex", "objects"];
const POINTS = ["sync", "await", "microtask", "timer", "committed"];

/** Attacks on the server: floods, forged messages, values that cannot cross, threads that cannot be ended. */
const ATTACKS = [
  ...["logLoop", "logTurns", "sendFlood", "joinFlood", "timerFlood", "attributeFlood"],
  ...["portGarbage", "portReady", "portClose", "sendGarbage", "pipeGarbage", "disconnect", "deaf"],
  ...["wasmAttribute", "sharedAttribute", "portAttribute", "functionAttribute"],
  ...["buffersCaught", "sleepSync", "removeListeners", "writeOut"],
];

/** An attack: a kind, and the point at which a fault happens. */
export interface Attack {
  readonly kind: string;
  readonly point: string;
}

export const attacks: readonly Attack[] = [
  ...FAULTS.flatMap((kind) => POINTS.map((point) => ({ kind, point }))),
  ...ATTACKS.map((kind) => ({ kind, point: "sync" })),
];

/**
 * Source for scripts: `attack(session, kind, point)`. The garbage is drawn from a fixed list and from random bytes; a
 * flood is bounded in time so that the soak goes on even where nothing brakes it.
 */
export const attacksSource = `${faultsSource.replace("const attack = ", "const fault = ")}
import { execSync } from "node:child_process";
import { writeSync } from "node:fs";
import * as threads from "node:worker_threads";
const garbage = () => {
  const forms = [
    [1, 2, 3, 4, 5, 6, 7], [1e9, [], [], [], [1, 1, "x"], [], false, 0], { kind: "ready" }, { kind: "pulse" },
    { kind: "log" }, { kind: "log", line: null }, { kind: "sessionReleased" }, { kind: "handedOver", result: {} },
    { kind: "question", question: {} }, { kind: "follow" }, { kind: "tickSample", sample: {} }, null, 7, "text", [],
    [0, [], [], [], [2, 1, 1000, "forged", 2, 2, 1000, "forged", 99, 0], [], true, 0],
  ];
  return forms[Math.floor(Math.random() * forms.length)];
};
const until = (ms, step) => { const end = Date.now() + ms; while (Date.now() < end) step(); };
const everyMs = (ms, step) => { const timer = setInterval(step, 1); setTimeout(() => clearInterval(timer), ms); };
const attackKinds = {
  logLoop: () => { for (;;) console.log("x".repeat(50)); },
  logTurns: () => everyMs(500, () => { for (let i = 0; i < 500; i += 1) console.log("y " + i); }),
  sendFlood: (session) => { for (let i = 0; i < 2_000_000; i += 1) session.send("flood"); },
  joinFlood: (session) => everyMs(500, () => {
    for (let i = 0; i < 5000; i += 1) { session.room("r" + i).join(); session.room("r" + i).leave(); }
  }),
  timerFlood: () => { for (let i = 0; i < 100_000; i += 1) setTimeout(() => {}, i % 100); },
  attributeFlood: (session) => {
    for (let i = 0; i < 20_000; i += 1) session.setAttribute("k" + i, "v".repeat(1000));
    for (let i = 0; i < 20_000; i += 1) session.setAttribute("k" + i, null);
  },
  portGarbage: () => { for (let i = 0; i < 20; i += 1) threads.parentPort?.postMessage(garbage()); },
  portReady: () => { for (let i = 0; i < 1000; i += 1) threads.parentPort?.postMessage({ kind: "ready" }); },
  portClose: () => threads.parentPort?.close(),
  sendGarbage: () => { for (let i = 0; i < 20; i += 1) process.send?.(garbage()); },
  pipeGarbage: () => {
    if (threads.isMainThread) for (const fd of [3, 4, 6, 7]) try { writeSync(fd, "no message\\n" + Math.random()); } catch {}
  },
  disconnect: () => { if (threads.isMainThread) process.disconnect?.(); },
  deaf: () => { process.removeAllListeners("message"); threads.parentPort?.removeAllListeners(); },
  wasmAttribute: (session) => session.setAttribute("odd", new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))),
  sharedAttribute: (session) => session.setAttribute("odd", new SharedArrayBuffer(8)),
  portAttribute: (session) => session.setAttribute("odd", new MessageChannel().port1),
  functionAttribute: (session) => session.setAttribute("odd", { f() {} }),
  buffersCaught: () => {
    process.on("uncaughtException", () => {});
    globalThis.kept ??= [];
    everyMs(2000, () => globalThis.kept.push(Buffer.alloc(1_000_000, 1)));
  },
  sleepSync: () => void execSync("sleep 2"),
  removeListeners: () => { process.removeAllListeners(); },
  writeOut: () => until(200, () => { process.stderr.write("raw\\n"); }),
};
const attack = (session, kind, point) => attackKinds[kind]?.(session) ?? (faults[kind] ? fault(kind, point) : undefined);
`;
