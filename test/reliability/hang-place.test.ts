import { Session } from "node:inspector";
import { expect, test } from "vitest";
import { RunningApp, folderOf } from "../support/running-app.ts";

const SPIN = `// A comment, so that lines of the source are not those of the bundle.
export function spin(): never {
  for (;;);
}
`;

const HANGS: Readonly<Record<string, string>> = {
  helper: `import { spin } from "../lib/spin.ts";
interface Unused { readonly a: number }

export function onMessage(session: WebSocketSession) {
  spin();
}`,
  microtasks: `interface Unused { readonly a: number }
export function onMessage() {
  const again = (): unknown => Promise.resolve().then(again);
  again();
}`,
  regex: `interface Unused { readonly a: number }
export function onMessage() {
  /^(a+)+$/.test("a".repeat(60) + "b");
}`,
  timer: `interface Unused { readonly a: number }
export function onMessage() {
  setTimeout(function later() { for (;;); }, 1);
}`,
  inspecting: `import { Session } from "node:inspector";
const own = new Session();
own.connect();
own.post("Debugger.enable");
own.post("Runtime.enable");
export function onMessage() {
  for (;;);
}`,
  disguised: `export function onMessage() {
  globalThis.Error = class {} as never;
  Object.defineProperty(Function.prototype, "toString", { value: () => { throw 1; } });
  for (;;);
}`,
  native: `import { execSync } from "node:child_process";
export function onMessage() {
  execSync("sleep 4");
}`,
};

const source = (name: string): string => HANGS[name] as string;

async function hangOf(name: string, isolation = "") {
  const dir = folderOf({ "ws/hang.ts": `${source(name)}\n${isolation}`, "lib/spin.ts": SPIN });
  const app = await RunningApp.serve(dir, { hangLimit: isolation === "" ? 300 : 1000 });
  const client = await app.open("/ws/hang");
  client.send("go");
  return { app, entry: await app.logged(/ws\/hang was stopped/) };
}

test.each([
  ["helper", "in spin (lib/spin.ts:3:3), called by onMessage (ws/hang.ts:5:3)"],
  ["microtasks", "ws/hang.ts:3:"],
  ["regex", "in onMessage (ws/hang.ts:3:13)"],
  ["timer", "in later (ws/hang.ts:3:"],
  ["inspecting", "in onMessage (ws/hang.ts:7:3)"],
  ["disguised", "in onMessage (ws/hang.ts:4:3)"],
])("a hang on a thread names the function that runs, by file and line: %s", async (name, place) => {
  const { entry } = await hangOf(name);
  expect(entry.text).toContain(place);
  expect(entry.text).toMatch(
    /no progress for [0-9.]+ s \(hangLimit\), in .*; look for an endless loop; restart/,
  );
  expect(entry.fields).toMatchObject({
    code: "PARLOR_HOST_HANGS",
    script: "ws/hang.ts",
    err: { type: "Hang" },
  });
  expect(JSON.stringify(entry)).not.toMatch(/node:internal|dist\/|<anonymous>|\/src\//);
});

test("a long native call is reported as one, and the thread is replaced all the same", async () => {
  const { app, entry } = await hangOf("native");
  expect(entry.text).toMatch(/does not respond to the inspector: a long native call; look for JSON.parse/);
  const { body } = await app.fetch("/_parlor/health");
  expect(body).not.toBeNull();
});

test("a hang in a process names the session, and opens no port of the inspector", async () => {
  const { entry } = await hangOf("helper", `export const isolation = "process";`);
  expect(entry.text).toMatch(/on a message from session .*: no progress for .* \(hangLimit\); look for/);
  expect(entry.fields).not.toHaveProperty("err");
});

test("a hang is named while a debugger of the server is attached, and leaves its session as it was", async () => {
  const debuggerOfAll = new Session();
  debuggerOfAll.connect();
  const attached: string[] = [];
  debuggerOfAll.on("NodeWorker.attachedToWorker", ({ params }) => void attached.push(params.sessionId));
  debuggerOfAll.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
  try {
    const { entry } = await hangOf("helper");
    expect(entry.text).toContain("in spin (lib/spin.ts:3:3)");
    expect(attached.length).toBeGreaterThan(0);
  } finally {
    debuggerOfAll.disconnect();
  }
});
