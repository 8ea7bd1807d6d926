import { describe, expect, test } from "vitest";
import { Stage } from "./stage.ts";

/** A registry with one v2 module, `/m.js`. */
function withModule(text: string): Promise<Stage> {
  return Stage.begun({
    "m.js": `var ws = require("net/websocket"); var context = require("core/context");\n${text}`,
  });
}

const ECHO = `ws.getSession().sendText(JSON.stringify(context.get("x")));`;

describe("/service/:type", () => {
  test("is js and nothing else", async () => {
    const stage = await withModule(ECHO);
    expect((await stage.connect("/service/js")).session.isOpen).toBe(true);
    for (const type of ["py", "JS", "", "__proto__"]) {
      const visitor = await stage.connect(`/service/${type}`);
      expect(visitor.refused).toEqual({
        status: 404,
        reason: "there are no scripts of this type; use /service/js",
      });
    }
  });
});

describe("a request", () => {
  test.each([
    [`"text"`, "text"],
    [`""`, ""],
    ["5", "5"],
    ["1.50", "1.50"],
    ["-0.5e3", "-0.5e3"],
    ["12345678901234567890", "12345678901234567890"],
    ["true", "true"],
    ["null", null],
  ])("has params that arrive as strings: %s", async (literal, value) => {
    const stage = await withModule(ECHO);
    const visitor = await stage.connect("/service/js");
    await visitor.say(`{"module": "/m.js", "params": {"s": "a \\"1\\" 2", "x": ${literal}}}`);
    expect(visitor.read()).toEqual([JSON.stringify(value)]);
  });

  test("leaves numbers inside of texts as they are", async () => {
    const stage = await withModule(ECHO);
    const visitor = await stage.connect("/service/js");
    await visitor.say(`{"params": {"n": 7, "x": "a \\"1\\", 2\\\\"}, "module": "m"}`);
    expect(visitor.read()).toEqual([JSON.stringify(`a "1", 2\\`)]);
  });

  test("may leave its params out: what is missing is null", async () => {
    const stage = await withModule(`ws.getSession().sendText(String(context.get("x") === null));`);
    const visitor = await stage.connect("/service/js");
    await visitor.say(`{"module": "m"}`);
    expect(visitor.read()).toEqual(["true"]);
  });

  test.each([
    "",
    "{",
    "hello",
    "[]",
    "5",
    `"m"`,
    "null",
    "undefined",
    `{"module": {"a": 1}}`,
    `{"module": "m", "params": []}`,
    `{"module": "m", "params": "x"}`,
    `{"module": "m", "params": {"x": {}}}`,
    `{"module": "m", "params": {"x": [1]}}`,
  ])("%j is of the wrong format", async (text) => {
    const stage = await withModule(ECHO);
    const visitor = await stage.connect("/service/js");
    await visitor.say(text);
    expect([visitor.read(), stage.faultTexts, visitor.ended]).toEqual([
      ["Wrong format of the request"],
      [],
      null,
    ]);
  });

  test.each([
    ["{}", `a message of /service/js names no module; send a message like {"module": "/a.js", "params": {}}`],
    [
      `{"module": ""}`,
      `a message of /service/js names no module; send a message like {"module": "/a.js", "params": {}}`,
    ],
    [
      `{"module": "/n.js"}`,
      `a message of /service/js names the module "/n.js": there is no dirigible/n.js; did you mean "m"? (modules, nearest first: m)`,
    ],
    [
      `{"module": "/../m.js"}`,
      `a message of /service/js names the module "/../m.js": the path lies outside of the registry`,
    ],
    [
      `{"module": "net/websocket"}`,
      `a message of /service/js names the module "net/websocket": there is no dirigible/net/websocket.js, .mjs, .ts or .json (modules, nearest first: m)`,
    ],
  ])("%s is logged only", async (text, fault) => {
    const stage = await withModule(ECHO);
    const visitor = await stage.connect("/service/js");
    await visitor.say(text);
    expect([stage.faultTexts, visitor.read(), visitor.ended]).toEqual([[fault], [], null]);
  });

  test("a script that throws is logged only, and its earlier messages are sent", async () => {
    const stage = await withModule(`ws.getSession().sendText("first"); throw new Error("then");`);
    const visitor = await stage.connect("/service/js");
    await visitor.ask("m");
    expect([visitor.read(), stage.faultTexts, visitor.ended]).toEqual([["first"], ["then"], null]);
  });

  test("answers nothing by itself", async () => {
    const stage = await Stage.begun({ "m.js": `module.exports = "value"; return "value";` });
    const visitor = await stage.connect("/service/js");
    await visitor.ask("m");
    expect(visitor.read()).toEqual([]);
  });

  test("runs its module afresh", async () => {
    const stage = await withModule(`var n = n || 0; n += 1; ws.getSession().sendText(String(n));`);
    const visitor = await stage.connect("/service/js");
    for (let i = 0; i < 2; i += 1) await visitor.ask("m");
    expect(visitor.read()).toEqual(["1", "1"]);
  });

  test("with a param named websocket-session keeps its session, and the context's", async () => {
    const stage = await withModule(`ws.getSession().sendText(context.get("websocket-session").getId());`);
    const visitor = await stage.connect("/service/js");
    await visitor.ask("m", { "websocket-session": "stolen" });
    expect(visitor.read()).toEqual([visitor.id]);
  });

  test("has params under names that objects know", async () => {
    const stage = await withModule(
      `ws.getSession().sendText(context.get("__proto__") + context.get("toString"));`,
    );
    const visitor = await stage.connect("/service/js");
    await visitor.say(`{"module": "m", "params": {"__proto__": "p"}}`);
    expect(visitor.read()).toEqual(["pnull"]);
  });

  test("a message of bytes ends the session", async () => {
    const stage = await withModule(ECHO);
    const visitor = await stage.connect("/service/js");
    await visitor.say(new Uint8Array(1));
    expect(visitor.ended?.code).toBe(1003);
  });

  test("finds the code as it is now", async () => {
    const stage = await Stage.begun({ "m.js": `require("net/websocket").getSession().sendText("old")` });
    const visitor = await stage.connect("/service/js");
    await stage.edit({ "m.js": `require("net/websocket").getSession().sendText("new")` });
    await visitor.ask("m");
    expect([visitor.read(), visitor.ended]).toEqual([["new"], null]);
  });
});

describe("WebsocketSession", () => {
  test("is a new handle at each call, with exactly the published methods", async () => {
    const stage = await withModule(`var a = ws.getSession(), b = ws.getSession();
      var names = Object.getOwnPropertyNames(Object.getPrototypeOf(a)).filter(function (n) { return n !== "constructor"; });
      a.sendText([a === b, a.getId() === b.getId(), names.sort().join(" ")].join());`);
    const visitor = await stage.connect("/service/js");
    await visitor.ask("m");
    expect(visitor.read()).toEqual(["false,true,close getId sendText sendTextAsync"]);
  });

  test("has the session's id", async () => {
    const stage = await withModule("ws.getSession().sendText(ws.getSession().getId())");
    const [a, b] = [await stage.connect("/service/js"), await stage.connect("/service/js")];
    await a.ask("m");
    await b.ask("m");
    expect([a.read(), b.read()]).toEqual([[a.id], [b.id]]);
  });

  test("sends in order by both calls, then closes", async () => {
    const stage =
      await withModule(`var s = ws.getSession(); s.sendText("1"); s.sendTextAsync("2"); s.sendText("");
      console.log(s.close() === s.getId(), s.close());`);
    const visitor = await stage.connect("/service/js");
    await visitor.ask("m");
    expect([visitor.read(), visitor.ended]).toEqual([["1", "2", ""], { code: 1000, reason: "" }]);
    expect(stage.lines).toEqual([`log true ${visitor.id}`]);
  });

  test("stays usable from later messages and other connections", async () => {
    const stage = await withModule(`var globals = require("core/globals");
      if (context.get("keep")) globals.set("kept", ws.getSession()); else globals.get("kept").sendText(context.get("x"));`);
    const [a, b] = [await stage.connect("/service/js"), await stage.connect("/service/js")];
    await a.ask("m", { keep: true });
    await b.ask("m", { x: "from b" });
    await stage.edit({ "m.js": `require("core/globals").get("kept").sendText("edited")` });
    await b.ask("m");
    expect([a.read(), b.read()]).toEqual([["from b", "edited"], []]);
  });

  test("sendText to a client that has gone throws and is logged; sendTextAsync does nothing", async () => {
    const stage = await withModule(`var globals = require("core/globals"), kept = globals.get("kept");
      if (kept === null) globals.set("kept", ws.getSession());
      else { kept.sendTextAsync("x"); kept.close(); console.log("still"); kept.sendText("x"); console.log("never"); }`);
    const [a, b] = [await stage.connect("/service/js"), await stage.connect("/service/js")];
    await a.ask("m");
    await a.leave();
    await b.ask("m");
    expect(stage.faultTexts).toEqual([`WebsocketSession.sendText: session ${a.id} is closed`]);
    expect([stage.lines, a.read(), a.ended, b.ended]).toEqual([["log still"], [], null, null]);
  });

  test.each([
    ["sendText(5)", "WebsocketSession.sendText takes a string, got a number; did you mean String(value)?"],
    [
      "sendText()",
      "WebsocketSession.sendText takes a string, got undefined; check where the value should have been set",
    ],
    [
      "sendTextAsync({})",
      "WebsocketSession.sendTextAsync takes a string, got an object; did you mean JSON.stringify(value)?",
    ],
  ])("%s is refused", async (call, text) => {
    const stage = await withModule(`ws.getSession().${call}`);
    await (await stage.connect("/service/js")).ask("m");
    expect(stage.faultTexts).toEqual([text]);
  });

  test("a session is reported as missing outside of a session", async () => {
    const stage = await withModule(`console.log(ws.getOpenSessions().length); ws.getSession();`);
    await stage.connect("/service/js");
    await stage.module("m");
    expect(stage.lines).toEqual(["log 1"]);
    expect(stage.faultTexts).toEqual([
      "websocket.getSession: no message of /service/js is being handled; use getOpenSessions(), which works everywhere",
    ]);
  });
});

describe("getOpenSessions", () => {
  test("is an array of the sessions that are open, and of this endpoint", async () => {
    const stage = await Stage.begun({
      "m.js": `var ws = require("service/websocket"); var open = ws.getOpenSessions();
        ws.getSession().sendText(Array.isArray(open) + ":" + open.map(function (s) { return s.getId(); }).join());
        open.forEach(function (s) { s.sendText("all"); });`,
      "h.js": "exports.onOpen = () => {};",
      "h.websocket": { handler: "h", endpoint: "h" },
    });
    const [a, b, c] = [
      await stage.connect("/service/js"),
      await stage.connect("/service/js"),
      await stage.connect("h"),
    ];
    const gone = await stage.connect("/service/js");
    await gone.leave();
    await a.ask("m");
    expect([a.read(), b.read(), c.read()]).toEqual([[`true:${a.id},${b.id}`, "all"], ["all"], []]);
  });
});

describe("the setting v2 of parlor.json", () => {
  const files = { "tea/round.js": 'console.log("round");', "tea/secret.js": 'console.log("secret");' };
  const ask = async (stage: Stage, module: string): Promise<string[]> => {
    const visitor = await stage.connect("/service/js");
    await visitor.ask(module);
    return stage.lines.splice(0);
  };

  test.each([
    ["is missing", undefined],
    ["is false", { v2: false }],
    ["is an empty list", { v2: [] }],
    ["is not there", {}],
    ["is a number", { v2: 1 }],
    ["lists a number", { v2: ["tea/round", 1] }],
    ["is in a file that is not JSON", "{ v2: true }"],
    ["is in a list", [true]],
  ])("refuses all clients if it %s", async (_how, settings) => {
    const stage = await Stage.begun({ ...files, "parlor.json": settings ?? "{}" });
    const { refused } = await stage.connect("/service/js");
    expect(refused?.status).toBe(404);
  });

  test("lets clients run the listed modules, in any spelling, and no other one", async () => {
    const stage = await Stage.begun({ ...files, "parlor.json": { v2: ["/tea/round.js"] } });
    for (const spelled of ["tea/round", "/tea/round.js", "/tea/./round", "/x/../tea/round.js"])
      expect(await ask(stage, spelled)).toEqual(["log round"]);
    for (const other of ["tea/secret", "/tea/round/../secret.js", "/../tea/round.js", "x".repeat(100_000)])
      expect(await ask(stage, other)).toEqual([]);
    expect(stage.faultTexts.at(0)).toMatch(/names the module "tea\/secret", which clients may not run/);
    for (const text of stage.faultTexts) expect(text.length).toBeLessThan(600);
  });

  test("holds at once when it is edited", async () => {
    const stage = await Stage.begun({ ...files, "parlor.json": { v2: true } });
    expect(await ask(stage, "tea/secret")).toEqual(["log secret"]);
    await stage.edit({ ...files, "parlor.json": { v2: false } });
    expect((await stage.connect("/service/js")).refused?.status).toBe(404);
  });
});
