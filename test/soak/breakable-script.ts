import { faultsSource } from "./faults.ts";

/** Leaks: ways to take memory without end. A Node thread contains some of them. */
export const LEAKS = {
  "small objects": `const all = []; for (;;) all.push({ a: [1, 2, 3], text: "x" + all.length });`,
  strings: `const all = []; for (;;) all.push("x".repeat(100) + all.length);`,
  "growing array": `const all = []; for (;;) all.push(all.length);`,
  "growing Map": `const all = new Map(); for (let i = 0; ; i += 1) all.set(i, i);`,
  "growing object": `const all = {}; for (let i = 0; ; i += 1) all["key" + i] = i;`,
  "filled arrays": `const all = []; for (;;) all.push(new Array(5e7).fill(1));`,
  Buffers: `const all = []; for (;;) all.push(Buffer.alloc(1e6, 1));`,
  "growing array, in a timer": `const all = []; setInterval(() => { for (let i = 0; i < 1e6; i += 1) all.push(i); }, 1);`,
} as const;

/** Handlers that never return. */
export const LOOPS = {
  "for(;;)": `for (;;);`,
  "catastrophic regex": `/^(a+)+$/.test("a".repeat(60) + "!");`,
  "promise storm": `const again = () => Promise.resolve().then(again); again();`,
  "nextTick storm": `const again = () => process.nextTick(again); again();`,
  "Atomics.wait": `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`,
} as const;

/** Faults that end a host at once. */
export const CRASHES = ["exit sync", "exit timer", "exit await", "emitter sync", "callback sync"] as const;

/** A script that echoes each number, and breaks at a command; its `onReload` notifies each client. */
export function breakableScript(isolation: "thread" | "process"): string {
  const endless = Object.entries({ ...LEAKS, ...LOOPS }).map(
    ([name, body]) => `${JSON.stringify(name)}: () => { ${body} }`,
  );
  return `
export const isolation = "${isolation}";
export const scope = "route";
${faultsSource}
const endless = { ${endless.join(",\n")} };
export function onMessage(session, text) {
  if (text in endless) return endless[text]();
  if (text.startsWith("fault")) return attack(...text.split(" ").slice(1));
  session.send(text);
}
export function onReload(session, reason) { session.send("back after a " + reason); }
`;
}

/** The script of a healthy route. */
export const ECHO = `export function onMessage(session, text) { session.send(text); }`;
