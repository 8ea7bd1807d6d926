import { describe, expect, test } from "vitest";
import { RunningApp } from "../support/running-app.ts";
import { serveOn, type Place, type ServedApp } from "../support/served-app.ts";

/** Where the host has its thread, or its process, for itself. */
const PLACES: readonly Place[] = ["thread", "process"];

const PACKAGES = {
  "node_modules/callsites/index.js": `module.exports = function callsites() {
    const previous = Error.prepareStackTrace;
    try { let found; Error.prepareStackTrace = (_, sites) => { found = sites; return sites; }; new Error().stack; return found.slice(1); }
    finally { Error.prepareStackTrace = previous; }
  };`,
  "node_modules/capture/index.js": `module.exports = class Captured { constructor() { Error.captureStackTrace(this, Captured); } };`,
  "node_modules/throws/index.js": `exports.call = (f) => { try { f(); } catch (error) { return error; } };\nexports.fail = () => { throw new Error("of a package"); };`,
};

async function linesOf(app: ServedApp, path: string, pattern: RegExp): Promise<string> {
  const client = await app.open(path);
  client.send("go");
  return (await app.logged(pattern)).text;
}

function expectPlain(text: string): void {
  expect(text).not.toMatch(/\?v=|dist\/|src\/host|bundle|node:internal/);
}

describe.each(PLACES)("stacks that a script reads and prints, %s", (place) => {
  test("console.error of an error, its causes and the parts of an AggregateError", async () => {
    const app = await serveOn(place, {
      "ws/a.ts": [
        `import { fail } from "../lib/fail.ts";`,
        `interface Unused { readonly types: "are removed" }`,
        ``,
        `export function onMessage() {`,
        `  try {`,
        `    fail();`,
        `  } catch (cause) {`,
        `    const outer = new TypeError("outer", { cause });`,
        `    console.error("failed:", new AggregateError([outer, new RangeError("part")], "all"));`,
        `  }`,
        `}`,
      ].join("\n"),
      "lib/fail.ts": `type T = 1;\n\nexport function fail(): never {\n  throw new Error("inner");\n}`,
    });
    const text = await linesOf(app, "/ws/a", /^failed:/);
    expect(text).toContain("at onMessage (ws/a.ts:9:30)");
    expect(text).toContain("at onMessage (ws/a.ts:8:19)");
    expect(text).toContain("at onMessage (ws/a.ts:9:57)");
    expect(text).toContain("at fail (lib/fail.ts:4:9)");
    expect(text).toContain("at onMessage (ws/a.ts:6:5)");
    expectPlain(text);
  });

  test("error.stack in a handler, in a timer, after an await, in onError and in console.trace", async () => {
    const app = await serveOn(place, {
      "ws/a.ts": `export async function onMessage(session) {
  console.log("sync", new Error("x").stack);
  setTimeout(() => console.log("timer", new Error("x").stack), 1);
  const wait = async () => { await null; throw new Error("late"); };
  await wait().catch((error) => console.log("await", error.stack));
  console.trace("traced");
  throw new Error("for onError");
}
export const onError = (session, error) => console.log("onError", error.stack);`,
    });
    const client = await app.open("/ws/a");
    client.send("go");
    const places = { sync: "2:23", timer: "3:41", await: "4:48", Trace: "6:11", onError: "7:9" };
    for (const [name, at] of Object.entries(places)) {
      const { text } = await app.logged(new RegExp(`^${name}`));
      expect(text).toContain(`ws/a.ts:${at}`);
      expectPlain(text);
    }
  });

  test("HTTP scripts, jobs, shared files and programs", async () => {
    const app = await serveOn(place, {
      "shared/s.ts": `\n\nexport const here = () => new Error("shared").stack;`,
      "http/b.ts": `import { here } from "../shared/s.ts";\nexport const GET = () => new Response(here() + new Error("http").stack);`,
      "tasks/c.ts": `type T = 1;\nexport default () => {\n  console.error(new Error("task"));\n};`,
      "scripting/d.ts": `type T = 1;\n\nconsole.error(new Error("program"));`,
      "bolt/e.ts": `type T = 1;\n\nget("/e", () => $bolt.send(String(new Error("bolt").stack)));`,
    });
    const http = await app.text("/b");
    expect(http).toContain("shared/s.ts:3:27");
    expect(http).toContain("http/b.ts:2:48");
    expectPlain(http);
    expect((await app.logged(/^Error: program/)).text).toContain("scripting/d.ts:3:15");
    expect(await app.text("/e")).toContain("bolt/e.ts:3:35");
    const lines: string[] = [];
    const { signal } = new AbortController();
    await app.server.runTask("c", { onLine: ({ text }) => lines.push(text), signal });
    expect(lines.join("\n")).toContain("tasks/c.ts:3:17");
    expectPlain(lines.join("\n"));
  });

  test("faults are logged as before, also one whose stack the script has read", async () => {
    const app = await serveOn(place, {
      "ws/a.ts": `export function onMessage() {\n  const error = new Error("read");\n  void error.stack;\n  throw error;\n}`,
    });
    const client = await app.open("/ws/a");
    client.send("go");
    const { text, fields } = await app.logged(/read/);
    expect(text).toContain("ws/a.ts:2:17");
    expect(fields).toMatchObject({ at: "ws/a.ts:2:17" });
  });

  test("an unhandled rejection is blamed on the script that its stack names", async () => {
    const app = await serveOn(place, {
      "http/a.ts": `export const GET = () => (void Promise.reject(new Error("of a")), new Response("a"));`,
      "http/b.ts": `export const GET = () => new Response("b");`,
    });
    await app.text("/a");
    expect((await app.logged(/of a/)).fields).toMatchObject({ script: "http/a.ts" });
  });

  test("packages that set Error.prepareStackTrace or capture stacks still work", async () => {
    const app = await serveOn(place, {
      ...PACKAGES,
      "ws/a.ts": `import callsites from "callsites"; import Captured from "capture"; import { call, fail } from "throws";
export function onMessage() {
  console.log("sites", typeof callsites()[0].getLineNumber(), callsites()[0].getFunctionName());
  console.log("captured", new Captured().stack);
  console.log("package", call(fail).stack);
  class Own extends Error { name = "Own"; }
  console.log("own", new Own("text").stack);
  try { new URL("x"); } catch (error) { console.log("node", error.stack); }
}`,
    });
    const client = await app.open("/ws/a");
    client.send("go");
    expect((await app.logged(/^sites/)).text).toBe("sites number onMessage");
    expect((await app.logged(/^captured/)).text).toContain("at onMessage (ws/a.ts:4:27)");
    const { text } = await app.logged(/^package/);
    expect(text).toMatch(/at (?:exports\.|Object\.)?fail \(\/.*node_modules\/throws\/index\.js:2:/);
    expect(text).toContain("at onMessage (ws/a.ts:5:26)");
    expect((await app.logged(/^own/)).text).toMatch(/^own \w+: text\n {4}at onMessage \(ws\/a\.ts:7:22\)/);
    expect((await app.logged(/^node/)).text).toMatch(/^node TypeError.*: Invalid URL/);
  });
});

describe("a server that is embedded", () => {
  test("leaves Error.prepareStackTrace of its program alone", async () => {
    const before = Error.prepareStackTrace;
    const app = await RunningApp.embed({
      routes: { "/ws/a": { onOpen: (session) => session.send(String(new Error("x").stack)) } },
    });
    const text = await (await app.open("/ws/a")).next();
    expect(text).toContain("stacks.test.ts");
    expect(Error.prepareStackTrace).toBe(before);
  });
});
