import { describe, expect, test } from "vitest";
import { PROCESS, THREAD } from "../../suites/places.ts";
import { Stage, type Place } from "../../suites/stage.ts";

const ECHO = `export function onMessage(session, text) { session.send(text); }`;

/** Runs one act at each message, and then replies: the script must go on, and the route beside it, too. */
async function acts(place: Place, list: readonly string[], imports: string): Promise<Stage> {
  const stage = new Stage(place);
  const cases = list.map((act) => `() => { ${act} }`).join(",\n");
  const route = await stage.route(`
    ${imports}
    const acts = [${cases}];
    export function onMessage(session, text) { acts[text](); session.send(text); }`);
  const beside = await stage.route(ECHO);
  const [guest, neighbour] = [route.connect(), beside.connect()];
  for (const at of list.keys()) {
    guest.says(String(at));
    neighbour.says(String(at));
    await stage.sees(() => [guest, neighbour].every(({ inbox }) => inbox.length > at));
  }
  const texts = Array.from(list.keys(), String);
  expect([guest.inbox, neighbour.inbox, stage.deaths]).toEqual([texts, texts, []]);
  return stage;
}

/** Messages that a host, or a package, might send. */
const FORGED = [
  `[1, 2, 3, 4, 5, 6, 7]`,
  `{ kind: "ready" }`,
  `{ kind: "log", line: { level: "none" } }`,
  `{ kind: "tickSample" }`,
  `{ kind: "handedOver" }`,
  `[99, [], [], [], [2, 1, 1000, ""], [], false, 0]`,
  `{ kind: "echo" }`,
  `"hello"`,
  `null`,
];

const REPLACED_LOOP = `globalThis.setImmediate = globalThis.queueMicrotask = process.nextTick = () => undefined;`;

describe("a script on a thread", () => {
  const imports = `import { parentPort, workerData } from "node:worker_threads";`;

  test("posts to parentPort in vain, with one line", async () => {
    const many = FORGED.map(
      (message) => `for (let i = 0; i < 100; i += 1) parentPort.postMessage(${message});`,
    );
    const stage = await acts(THREAD, many, imports);
    expect(stage.lines.map(({ code, level }) => [code, level])).toEqual([["PARLOR_MESSAGE_IGNORED", "warn"]]);
    expect(stage.log[0]).toContain("parentPort.postMessage");
  });

  test("the method of the port's class sends nothing to the front either", async () => {
    const post = `MessagePort.prototype.postMessage.call(parentPort, [1, 2, 3, 4, 5, 6, 7]);`;
    expect((await acts(THREAD, [post, post], imports)).log).toEqual([]);
  });

  test("goes on after parentPort was closed, and after globals were replaced", async () => {
    const list = [
      `parentPort.close();`,
      `parentPort.removeAllListeners();`,
      `parentPort.unref();`,
      `parentPort.emit("message", { kind: "handOver" });`,
      `MessagePort.prototype.postMessage = () => { throw new Error("replaced"); };`,
      `Atomics.load = Atomics.wait = () => "timed-out"; diesel.getWebSocketService().listRooms();`,
      REPLACED_LOOP,
      ``,
    ];
    await acts(THREAD, list, imports);
  });

  test("workerData holds nothing", async () => {
    const stage = new Stage(THREAD);
    const route = await stage.route(`
      import { workerData } from "node:worker_threads";
      import * as threads from "node:worker_threads";
      export function onMessage(session) {
        session.send(JSON.stringify([Object.keys(workerData), Object.keys(threads.workerData)]));
      }`);
    const guest = route.connect();
    guest.says("show");
    await stage.sees(() => guest.inbox.length === 1);
    expect(guest.inbox).toEqual(["[[],[]]"]);
  });
});

describe("a script in a process", () => {
  const imports = `import fs from "node:fs"; import v8 from "node:v8"; import { syncBuiltinESMExports } from "node:module";`;

  test("sends messages to its parent in vain, with one line", async () => {
    const many = FORGED.map((message) => `for (let i = 0; i < 100; i += 1) process.send(${message});`);
    const stage = await acts(PROCESS, many, "");
    expect(stage.lines.map(({ code, level }) => [code, level])).toEqual([["PARLOR_MESSAGE_IGNORED", "warn"]]);
    expect(stage.log[0]).toContain("process.send");
  });

  test("goes on after process.disconnect(), and after globals were replaced", async () => {
    const list = [
      `process.disconnect();`,
      `process.removeAllListeners("message");`,
      `process.removeAllListeners();`,
      `process.emit("message", { kind: "handOver" });`,
      `process.emit("disconnect");`,
      `v8.Serializer.prototype.writeValue = v8.Deserializer.prototype.readValue = () => undefined;`,
      `fs.writeSync = fs.readSync = () => 0; syncBuiltinESMExports(); diesel.getWebSocketService().listRooms();`,
      REPLACED_LOOP,
      ``,
    ];
    await acts(PROCESS, list, imports);
  });

  // What it breaks is its own: each message ends it, and the route beside it does not notice.
  test.each([
    [
      "text on the pipe of messages",
      `fs.writeSync(3, "hello, this is no message\\n");`,
      /bytes of another writer/,
    ],
    [
      "a false length",
      `fs.writeSync(3, Buffer.from([0x50, 0x72, 0x6c, 0x6f, 255, 255, 255, 255]));`,
      /another writer/,
    ],
    [
      "a frame that is no message",
      `fs.writeSync(3, Buffer.from([0x50, 0x72, 0x6c, 0x6f, 4, 0, 0, 0, 9, 9, 9, 9]));`,
      /cannot be read/,
    ],
    ["the pipe of messages closed", `fs.closeSync(3);`, /exited with code/],
    [
      "the pipe of events closed",
      `fs.closeSync(6); setImmediate(() => process.exit(4));`,
      /exited with code/,
    ],
  ])("%s ends that process only", async (_name, act, reason) => {
    const stage = new Stage(PROCESS);
    const route = await stage.route(
      `import fs from "node:fs";
       export function onMessage(session, text) { if (text === "die") { ${act} } session.send(text); }`,
    );
    const beside = await stage.route(ECHO);
    const [guest, neighbour] = [route.connect(), beside.connect()];
    guest.says("one");
    await stage.sees(() => guest.inbox.length === 1);
    // Alone in its batch, so it is the one that is blamed.
    guest.says("die");
    await stage.sees(() => stage.deaths.length > 0);
    neighbour.says("one");
    guest.says("three");
    await stage.sees(() => guest.inbox.at(-1) === "three" && neighbour.inbox.at(-1) === "one");
    expect(stage.deaths[0]).toMatch(reason);
    expect(guest.closed).toBeNull();
  });
});
