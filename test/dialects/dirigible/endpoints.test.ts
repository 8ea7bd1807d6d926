import { describe, expect, test } from "vitest";
import { Stage, artefact } from "./stage.ts";

const LOGGING = `
  exports.onOpen = function () { console.log("open", arguments.length); };
  exports.onMessage = function (message) { console.log("message", message, arguments.length); };
  exports.onError = function (error) { console.error("error", error, arguments.length); };
  exports.onClose = function () { console.warn("close", arguments.length); };`;

/** A registry with one endpoint, `room`, whose handler is this. */
function withHandler(handler: string): Promise<Stage> {
  return Stage.begun({ "my/room.js": handler, "my/room.websocket": artefact("my/room", "room") });
}

describe("a .websocket artefact", () => {
  test("anywhere in the registry makes an endpoint", async () => {
    const stage = await Stage.begun({
      "h.js": LOGGING,
      "top.websocket": artefact("h", "top"),
      "a/b/c/deep.websocket": artefact("/h.js", "deep"),
    });
    expect(stage.claims).toEqual([
      {
        kind: "ws",
        pattern: "/websockets/v4/service/:endpoint",
        awaitsDecision: true,
        wantsPings: false,
        limits: {},
      },
      { kind: "ws", pattern: "/service/:type", awaitsDecision: true, wantsPings: false, limits: {} },
      {
        ...{ kind: "ws", pattern: "/stomp", awaitsDecision: true, wantsPings: false, limits: {} },
        protocols: ["v12.stomp", "v11.stomp", "v10.stomp"],
      },
    ]);
    for (const name of ["top", "deep"]) expect((await stage.connect(name)).session.isOpen).toBe(true);
    expect(stage.lines).toEqual(["log open 0", "log open 0"]);
  });

  test("endpoints that no artefact defines are refused with 404, names that objects know among them", async () => {
    const stage = await withHandler(LOGGING);
    for (const name of ["other", "room.websocket", "Room", "", "__proto__", "constructor"]) {
      const visitor = await stage.connect(name);
      expect(visitor.refused).toEqual({
        status: 404,
        reason: `no *.websocket file defines the endpoint ${JSON.stringify(name)}`,
      });
    }
    expect(stage.lines).toEqual([]);
  });

  test("an artefact may lack its description, and unknown fields do not matter", async () => {
    const stage = await Stage.begun({
      "h.js": LOGGING,
      "a.websocket": { handler: "h", endpoint: "a", engine: "unheard-of", more: [1] },
    });
    expect((await stage.connect("a")).session.isOpen).toBe(true);
    expect(stage.faultTexts).toEqual([]);
  });

  test.each([
    [{ endpoint: "a" }, `"handler" is missing`],
    [{ handler: "h" }, `"endpoint" is missing`],
    [{ handler: "h", endpoint: 5 }, `"endpoint" is a number (5) instead of a string`],
    [{ handler: "", endpoint: "a" }, `"handler" is empty`],
    [{ handler: null, endpoint: "a" }, `"handler" is null instead of a string`],
    [{ handler: "h", endpoint: "a/b" }, `"endpoint" is "a/b", and must be one part of a path, without "/"`],
    ["[]", "it holds an array instead of an object"],
    ["null", "it holds null instead of an object"],
  ])("%j is told by its file, and serves nothing", async (content, what) => {
    const stage = await Stage.begun({ "h.js": LOGGING, "x/bad.websocket": content });
    expect(stage.faultTexts).toEqual([
      `dirigible/x/bad.websocket: ${what}, so it is not served; write { "handler": "my-project/my-handler", "endpoint": "my-endpoint", "description": "…" }`,
    ]);
    expect((await stage.connect("a")).refused?.status).toBe(404);
  });

  test("an artefact that is not JSON is reported with the cause", async () => {
    const stage = await Stage.begun({ "bad.websocket": "{ handler: 1 }" });
    expect(stage.faultTexts[0]).toMatch(
      /^dirigible\/bad\.websocket: it is not JSON \(.+\), so it is not served; write /,
    );
  });

  test("two with one endpoint are both named, and neither is served", async () => {
    const stage = await Stage.begun({
      "h.js": LOGGING,
      "a/one.websocket": artefact("h", "same"),
      "b/two.websocket": artefact("h", "same"),
      "c.websocket": artefact("h", "other"),
    });
    expect(stage.faultTexts).toEqual([
      `dirigible/a/one.websocket and dirigible/b/two.websocket define the same endpoint "same", so none is served; rename all but one`,
    ]);
    expect((await stage.connect("same")).refused?.status).toBe(404);
    expect((await stage.connect("other")).session.isOpen).toBe(true);
  });

  test("an artefact whose handler is missing is reported by its file", async () => {
    const stage = await Stage.begun({ "a.websocket": artefact("my/hander", "a"), "my/handler.js": "" });
    expect(stage.faultTexts).toEqual([
      `dirigible/a.websocket: handler "my/hander": there is no dirigible/my/hander.js, .mjs, .ts or .json; did you mean "my/handler"? (modules, nearest first: my/handler)`,
    ]);
  });

  test("an artefact is picked up while the server runs, reported once when wrong, and dropped", async () => {
    const stage = await Stage.begun({ "h.js": LOGGING });
    expect((await stage.connect("a")).refused?.status).toBe(404);
    await stage.edit({ "h.js": LOGGING, "a.websocket": artefact("h", "a") });
    const visitor = await stage.connect("a");
    expect(visitor.session.isOpen).toBe(true);
    await stage.edit({ "h.js": LOGGING, "a.websocket": artefact("h", "a"), "b.websocket": "{" });
    await stage.edit({ "h.js": `${LOGGING}\n`, "a.websocket": artefact("h", "a"), "b.websocket": "{" });
    expect(stage.takeFaults()).toHaveLength(1);
    expect(visitor.ended).toBe(null);
    await stage.edit({ "h.js": LOGGING });
    expect(visitor.ended).toEqual({ code: 1001, reason: "the endpoint has been removed" });
    expect((await stage.connect("a")).refused?.status).toBe(404);
    stage.takeLines();
    await visitor.leave(1001);
    expect(stage.lines).toEqual(["warn close 0"]);
  });

  test("an artefact that is removed with its handler closes its sessions without a report", async () => {
    const stage = await withHandler(LOGGING);
    const visitor = await stage.connect("room");
    await stage.edit({});
    await visitor.leave(1001);
    expect([visitor.ended?.code, stage.faultTexts]).toEqual([1001, []]);
  });

  test("an artefact that is edited into a wrong one stays as it was", async () => {
    const stage = await withHandler(LOGGING);
    const visitor = await stage.connect("room");
    await stage.edit({ "my/room.js": LOGGING, "my/room.websocket": `{ "handler": "my/room"` });
    expect(stage.faultTexts[0]).toMatch(
      /^dirigible\/my\/room\.websocket: it is not JSON .+, so its last valid version is served;/,
    );
    expect(visitor.ended).toBe(null);
    expect((await stage.connect("room")).session.isOpen).toBe(true);
  });

  test("keeps its endpoint when another wants it too", async () => {
    const room = { "my/room.js": LOGGING, "my/room.websocket": artefact("my/room", "room") };
    const stage = await Stage.begun(room);
    await stage.edit({ "a/first.websocket": artefact("nowhere", "room"), ...room });
    expect(stage.faultTexts).toEqual([
      `dirigible/a/first.websocket and dirigible/my/room.websocket define the same endpoint "room", so dirigible/my/room.websocket keeps it; rename all but one`,
    ]);
    expect((await stage.connect("room")).session.isOpen).toBe(true);
  });

  test("may change its handler: sessions that are there have the new one", async () => {
    const stage = await withHandler(LOGGING);
    const visitor = await stage.connect("room");
    await stage.edit({
      "other.js": `exports.onMessage = (m) => "other:" + m`,
      "my/room.websocket": artefact("other", "room"),
    });
    await visitor.say("hi");
    expect(visitor.read()).toEqual(["other:hi"]);
  });
});

describe("a handler", () => {
  test("a handler gets open, message and close with the published arguments", async () => {
    const stage = await withHandler(LOGGING);
    const visitor = await stage.connect("room");
    await visitor.say("hello");
    await visitor.say("");
    await visitor.leave();
    expect(stage.lines).toEqual(["log open 0", "log message hello 1", "log message  1", "warn close 0"]);
    expect(visitor.inbox).toEqual([]);
  });

  test("a handler and the modules that it requires are evaluated again for each event", async () => {
    const stage = await Stage.begun({
      "h.js": `let n = 0; const lib = require("lib"); exports.onMessage = () => [++n, ++lib.n].join();`,
      "lib.js": "exports.n = 0;",
      "a.websocket": artefact("h", "a"),
    });
    const visitor = await stage.connect("a");
    for (let i = 0; i < 3; i += 1) await visitor.say("?");
    expect(visitor.read()).toEqual(["1,1", "1,1", "1,1"]);
  });

  test("keeps what is to last in the globals, through an edit too", async () => {
    const handler = (by: number) => `const globals = require("core/v4/globals");
      exports.onMessage = () => { const n = (globals.get("n") || 0) + ${by}; globals.set("n", n); return String(n); };`;
    const stage = await withHandler(handler(1));
    const [a, b] = [await stage.connect("room"), await stage.connect("room")];
    await a.say("?");
    await b.say("?");
    await stage.edit({ "my/room.js": handler(10), "my/room.websocket": artefact("my/room", "room") });
    await a.say("?");
    expect([a.read(), b.read()]).toEqual([["1", "12"], ["2"]]);
  });

  test("a string that the handler returns goes to the sender only", async () => {
    const stage = await withHandler(
      "exports.onMessage = (m) => m === 'quiet' ? undefined : `you said ${m}`;",
    );
    const [a, b] = [await stage.connect("room"), await stage.connect("room")];
    await a.say("hi");
    await a.say("quiet");
    expect([a.read(), b.read()]).toEqual([["you said hi"], []]);
  });

  test.each(["5", "true", "null", "{}", "[1]", "new Uint8Array(2)"])(
    "sends nothing for %s",
    async (value) => {
      const stage = await withHandler(`exports.onMessage = () => (${value});`);
      const visitor = await stage.connect("room");
      await visitor.say("?");
      expect([visitor.read(), stage.faultTexts]).toEqual([[], []]);
    },
  );

  test("answers no opening, error or close", async () => {
    const stage = await withHandler("exports.onOpen = exports.onError = exports.onClose = () => 'x';");
    const visitor = await stage.connect("room");
    await visitor.leave(1006);
    expect(visitor.read()).toEqual([]);
  });

  test("may be async, and answers when it is done, if the client is still there", async () => {
    const stage = await withHandler("exports.onMessage = async (m) => { await null; return m; };");
    const visitor = await stage.connect("room");
    await visitor.say("late");
    expect(visitor.read()).toEqual(["late"]);
    const turn = visitor.say("too late");
    visitor.session.closing();
    await turn;
    expect([visitor.read(), stage.faultTexts]).toEqual([[], []]);
  });

  test("calls its functions as the exports' own, whatever these are", async () => {
    const stage = await withHandler(
      `class Room { greet(m) { return "hi " + m } onMessage(m) { return this.greet(m) } }; module.exports = new Room();`,
    );
    const visitor = await stage.connect("room");
    await visitor.say("A");
    expect(visitor.read()).toEqual(["hi A"]);
  });

  test("a handler that lacks a function is reported once, and nothing else happens", async () => {
    const stage = await withHandler("exports.onClose = () => console.log('close')");
    const visitor = await stage.connect("room");
    await visitor.say("a");
    await visitor.say("b");
    await visitor.leave();
    expect(stage.warnings).toEqual([
      `handler "my/room" exports no onOpen, so that event is lost; add exports.onOpen = function …`,
      `handler "my/room" exports no onMessage, so that event is lost; add exports.onMessage = function …`,
    ]);
    expect([stage.lines, stage.faultTexts, visitor.ended]).toEqual([["log close"], [], null]);
    await stage.edit({ "my/room.js": "", "my/room.websocket": artefact("my/room", "room") });
    stage.warnings.length = 0;
    await stage.connect("room");
    expect(stage.warnings).toHaveLength(1);
  });

  test("exports something else as a function", async () => {
    const stage = await withHandler("exports.onOpen = 5;");
    await stage.connect("room");
    expect(stage.faultTexts).toEqual([
      `handler "my/room" exports onOpen as a number (5); it must be a function`,
    ]);
  });

  test("throws, at once, later or at its top: logged, the connection stays, no onError", async () => {
    const stage = await withHandler(`exports.onError = () => console.log("never");
      exports.onMessage = (m) => { if (m === "now") throw new Error("now"); return Promise.reject(new Error("later")); };`);
    const visitor = await stage.connect("room");
    await visitor.say("now");
    await visitor.say("then");
    expect(stage.takeFaults()).toEqual(["now", "later"]);
    await stage.run(() => stage.program.error?.(visitor.session, new Error("now")));
    await stage.edit({
      "my/room.js": "throw new Error('top')",
      "my/room.websocket": artefact("my/room", "room"),
    });
    await visitor.say("x");
    expect([stage.faultTexts, stage.lines, visitor.ended]).toEqual([["top"], [], null]);
  });

  test("a handler that is gone is reported at the event", async () => {
    const stage = await withHandler(LOGGING);
    const visitor = await stage.connect("room");
    await stage.edit({ "my/room.websocket": artefact("my/room", "room") });
    stage.takeFaults();
    await visitor.say("x");
    expect(stage.faultTexts).toEqual([
      `handler "my/room": there is no dirigible/my/room.js, .mjs, .ts or .json; the registry has no modules`,
    ]);
  });

  test.each([
    [1006, "", "the connection was lost"],
    [1002, "", "the client broke the protocol"],
    [1007, "invalid UTF-8", "invalid UTF-8"],
    [1009, "", "the client sent a message that is too long"],
  ])("is told of a connection that broke (%i), then of its close", async (code, reason, text) => {
    const stage = await withHandler(LOGGING);
    const visitor = await stage.connect("room");
    stage.takeLines();
    await visitor.leave(code, reason);
    expect(stage.lines).toEqual([`error error ${text} 1`, "warn close 0"]);
  });

  test.each([1000, 1001, 1005, 3000])("hears of no error when a client closes with %i", async (code) => {
    const stage = await withHandler(LOGGING);
    const visitor = await stage.connect("room");
    stage.takeLines();
    await visitor.leave(code, "bye");
    expect(stage.lines).toEqual(["warn close 0"]);
  });

  test("a handler whose onError fails, at once or later, still gets the close", async () => {
    for (const fail of ["throw new Error('E')", "return Promise.reject(new Error('E'))"]) {
      const stage = await withHandler(`exports.onOpen = () => {}; exports.onError = () => { ${fail} };
        exports.onClose = () => console.log("close");`);
      await (await stage.connect("room")).leave(1006);
      expect([stage.faultTexts, stage.lines]).toEqual([["E"], ["log close"]]);
    }
  });

  test("a handler whose onError is async gets the close when onError is done", async () => {
    const stage = await withHandler(`exports.onOpen = () => {};
      exports.onError = async () => { await null; console.log("error"); }; exports.onClose = () => console.log("close");`);
    await (await stage.connect("room")).leave(1006);
    expect(stage.lines).toEqual(["log error", "log close"]);
  });

  test("takes no bytes", async () => {
    const stage = await withHandler(LOGGING);
    const visitor = await stage.connect("room");
    stage.takeLines();
    await visitor.say(new Uint8Array([1]));
    expect([visitor.ended?.code, stage.lines]).toEqual([1003, []]);
  });

  test("has timers until its session is gone", async () => {
    const stage = await withHandler(`exports.onOpen = () => setTimeout(() => console.log("tick"), 5);`);
    const [a, b] = [await stage.connect("room"), await stage.connect("room")];
    await b.leave();
    stage.fire();
    expect(stage.lines).toEqual(["log tick"]);
    await stage.connect("room");
    stage.program.dispose();
    stage.fire();
    expect([stage.lines, a.ended]).toEqual([["log tick"], null]);
  });
});

describe("the calls for a handler about its event", () => {
  const ASKING = `const w = require("net/v4/websockets");
    const all = () => console.log([w.getMethod(), w.getMessage(), w.getError(), w.isOnOpen(), w.isOnMessage(), w.isOnError(), w.isOnClose()].map(String).join());`;
  const handler = `${ASKING} exports.onOpen = exports.onMessage = exports.onError = exports.onClose = all;`;

  test("is the method in lower case, the message, the error, and which it is", async () => {
    const stage = await withHandler(handler);
    const visitor = await stage.connect("room");
    await visitor.say("hi");
    await visitor.leave(1006);
    expect(stage.lines).toEqual([
      "log onopen,null,null,true,false,false,false",
      "log onmessage,hi,null,false,true,false,false",
      "log onerror,null,the connection was lost,false,false,true,false",
      "log onclose,null,null,false,false,false,true",
    ]);
  });

  test("is null and false outside of a handler", async () => {
    const stage = await Stage.begun({ "main.js": `${ASKING} all();` });
    await stage.module("main");
    expect(stage.lines).toEqual(["log null,null,null,false,false,false,false"]);
  });

  test("stands in the context too", async () => {
    const stage = await withHandler(`exports.onMessage = () =>
      ["method", "handler", "message", "error"].map((name) => String(__context.get(name))).join();`);
    const visitor = await stage.connect("room");
    await visitor.say("hi");
    expect(visitor.read()).toEqual(["onmessage,my/room,hi,null"]);
  });

  test("is its own event's, also when others come while it waits", async () => {
    const stage = await withHandler(`const w = require("net/websockets");
      exports.onMessage = async () => { await new Promise((go) => setTimeout(go)); return w.getMessage(); };`);
    const [a, b] = [await stage.connect("room"), await stage.connect("room")];
    const turns = [a.say("A"), b.say("B")];
    stage.fire();
    await Promise.all(turns);
    expect([a.read(), b.read()]).toEqual([["A"], ["B"]]);
  });
});
