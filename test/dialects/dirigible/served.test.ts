import { describe, expect, test } from "vitest";
import { artefact } from "./stage.ts";
import { PLACES } from "../../support/served-app.ts";
import { ServedRegistry, deadAddress, echoServer } from "./served.ts";

/** Own words, in the shape of the document's handler. */
const HANDLER = `
exports.onOpen = function () { console.log("it is open"); };
exports.onMessage = function (message) { console.log("it says: " + message); };
exports.onError = function (error) { console.error("it failed: " + error); };
exports.onClose = function () { console.warn("it is closed"); };
`;

/** In the shape of the document's client script: connects, sends at once, and closes what it finds by its handler. */
const clientOf = (url: string) => `
var websockets = require("net/v4/websockets");
var handler = "tea/handler";
function start() {
  console.log("calling ${url}");
  var websocket = websockets.createWebsocket("${url}", handler);
  websocket.send("one cup");
}
start();
websockets.getClientByHandler(handler).close();
`;

/** In the shape of the document's v2 chat: members and their sessions are globals. */
const CHAT = `
var globals = require("core/globals");
var websocket = require("net/websocket");
var context = require("core/context");
var session = websocket.getSession();
var kind = context.get("kind");
if (kind == "enter") {
  session.sendText("Hello " + context.get("name") + "!");
  globals.set("seat-" + context.get("name"), session);
  var names = globals.get("names");
  if (names === null) { names = []; globals.set("names", names); }
  names.push(context.get("name"));
  console.error("entered " + context.get("name"));
}
if (kind == "say") {
  var other = globals.get("seat-" + context.get("to"));
  if (other !== null) { other.sendText(context.get("text")); console.error("told " + context.get("to")); }
  else console.error("nobody is called " + context.get("to"));
}
if (kind == "names") {
  var all = globals.get("names");
  console.error("names: " + JSON.stringify(all));
  session.sendText(JSON.stringify(all));
}
`;

const ask = (params: Record<string, unknown>) => JSON.stringify({ module: "/tea/chat.js", params });

describe.each(PLACES)("a registry, %s", (place) => {
  test("D1: a client script that sends and closes at once; its words arrive first", async () => {
    const echo = await echoServer();
    const registry = await ServedRegistry.serve(place, {
      "tea/handler.js": HANDLER,
      "tea/start.js": clientOf(echo.url),
    });
    expect((await registry.run("tea/start.js")).ok).toBe(true);
    await registry.logged(/it is closed/);
    expect(echo.heard).toEqual(["one cup"]);
    expect(registry.printed()).toEqual([
      `info calling ${echo.url}`,
      "info it is open",
      "info it says: one cup",
      "warn it is closed",
    ]);
  });

  test("D2 and D3: an endpoint for browsers that send before they are connected", async () => {
    const registry = await ServedRegistry.serve(place, {
      "tea/handler.js": HANDLER,
      "tea/room.websocket": artefact("tea/handler", "room"),
    });
    const client = registry.dial("room");
    client.send("hello");
    await registry.logged(/it says: hello/);
    client.close();
    await registry.logged(/it is closed/);
    expect(registry.printed()).toEqual(["info it is open", "info it says: hello", "warn it is closed"]);
    expect([client.unread, (await client.closed).code]).toEqual([0, 1000]);
  });

  test("D4: the v2 chat and its five frames", async () => {
    const registry = await ServedRegistry.serve(place, { "tea/chat.js": CHAT });
    const ann = await registry.connect("/service/js");
    const ben = await registry.connect("/service/js");
    ann.send(ask({ kind: "names" }));
    expect(await ann.next()).toBe("null");
    ann.send(ask({ kind: "enter", name: "Ann" }));
    expect(await ann.next()).toBe("Hello Ann!");
    ben.send(ask({ kind: "enter", name: "Ben" }));
    expect(await ben.next()).toBe("Hello Ben!");
    ann.send(ask({ kind: "say", name: "Ann", to: "Ben", text: "tea?" }));
    expect(await ben.next()).toBe("tea?");
    ben.send(ask({ kind: "say", name: "Ben", to: "Ann", text: "yes" }));
    expect(await ann.next()).toBe("yes");
    ben.send(ask({ kind: "names", name: "Ann" }));
    expect(await ben.next()).toBe(`["Ann","Ben"]`);
    ann.send(ask({ kind: "say", to: "Cid", text: "?" }));
    await registry.logged(/nobody/);
    expect(registry.printed()).toEqual([
      "error names: null",
      "error entered Ann",
      "error entered Ben",
      "error told Ben",
      "error told Ann",
      `error names: ["Ann","Ben"]`,
      "error nobody is called Cid",
    ]);
  });

  test("an outbound client connects to its own server, and both handlers get their events", async () => {
    const registry = await ServedRegistry.serve(place, {
      "ear.js": `exports.onMessage = (m) => "heard " + m; exports.onOpen = exports.onClose = () => {};`,
      "ear.websocket": artefact("ear", "ear"),
      "mouth.js": `${HANDLER} exports.onMessage = (m) => { console.log(m); require("net/websockets").getClientByHandler("mouth").close(); };`,
      "go.js": `require("net/websockets").createWebsocket(__url, "mouth").send("me")`,
    });
    const url = `${registry.app.server.url.replace("http", "ws")}/websockets/v4/service/ear`;
    await registry.edit({
      "go.js": `require("net/websockets").createWebsocket("${url}", "mouth").send("me")`,
    });
    expect((await registry.run("go")).ok).toBe(true);
    await registry.logged(/it is closed/);
    expect(registry.printed()).toEqual(["info it is open", "info heard me", "warn it is closed"]);
  });

  test("an address that refuses: onError has the reason, and the client is gone", async () => {
    const registry = await ServedRegistry.serve(place, {
      "tea/handler.js": `${HANDLER} exports.onError = (e) => console.log(e, require("net/websockets").getClients().length);`,
      "go.js": `require("net/websockets").createWebsocket("${await deadAddress()}", "tea/handler").send("x")`,
    });
    await registry.run("dirigible/go.js");
    await registry.logged(/ECONNREFUSED/);
    expect(registry.printed()).toEqual([
      expect.stringMatching(/^info connect ECONNREFUSED 127\.0\.0\.1:\d+ 0$/),
    ]);
  });

  test("unknown endpoints and types are refused with 404", async () => {
    const registry = await ServedRegistry.serve(place, { "tea/chat.js": CHAT });
    await expect(registry.dial("room").opened).rejects.toMatchObject({
      status: 404,
      body: `no *.websocket file defines the endpoint "room"\n`,
    });
    await expect(registry.dial("/service/py").opened).rejects.toMatchObject({ status: 404 });
    await expect(registry.dial("/websockets/v4/service/a/b").opened).rejects.toMatchObject({ status: 404 });
  });

  test("artefacts come and go while it runs; an edited handler keeps its sessions and the globals", async () => {
    const handler = (
      greeting: string,
    ) => `const globals = require("core/v4/globals"); exports.onOpen = () => {};
      exports.onMessage = () => { globals.set("n", (globals.get("n") || 0) + 1); return "${greeting} " + globals.get("n"); };`;
    const registry = await ServedRegistry.serve(place, { "h.js": handler("hi") });
    await expect(registry.dial("room").opened).rejects.toMatchObject({ status: 404 });
    await registry.edit({ "deep/er/room.websocket": artefact("h", "room") });
    const client = await registry.connect("room");
    client.send("?");
    expect(await client.next()).toBe("hi 1");
    await registry.edit({ "h.js": handler("hello") });
    client.send("?");
    expect(await client.next()).toBe("hello 2");
    await registry.edit({ "h.js": handler("oops") + "(" });
    await registry.logged(/dirigible\/h\.js:\d+: .+ the previous version keeps serving/);
    client.send("?");
    expect(await client.next()).toBe("hello 3");
    await registry.edit({ "deep/er/room.websocket": null });
    expect(await client.closed).toEqual({ code: 1001, reason: "the endpoint has been removed" });
    await expect(registry.dial("room").opened).rejects.toMatchObject({ status: 404 });
  });

  test("a fault is logged with file and line, and the connection stays", async () => {
    const registry = await ServedRegistry.serve(place, {
      "h.js": `exports.onOpen = () => {};\nexports.onMessage = (m) => {\n  if (m === "?") throw new Error("no");\n  return m;\n};`,
      "h.websocket": artefact("h", "h"),
    });
    const client = await registry.connect("h");
    client.send("?");
    client.send("still here");
    expect(await client.next()).toBe("still here");
    const { text, fields } = await registry.app.log.find(/Error: no/);
    expect(text).toMatch(/^onMessage: Error: no\n\s+at .*dirigible\/h\.js:3:24\)$/);
    expect(fields).toMatchObject({ script: "dirigible" });
    expect(text).not.toMatch(/src\/dialects|node:/);
  });

  test("a client that is cut off: onError, then onClose", async () => {
    const registry = await ServedRegistry.serve(place, {
      "tea/handler.js": HANDLER,
      "room.websocket": artefact("tea/handler", "room"),
    });
    const client = await registry.connect("room");
    client.terminate();
    await registry.logged(/it is closed/);
    expect(registry.printed()).toEqual([
      "info it is open",
      "error it failed: the connection was lost",
      "warn it is closed",
    ]);
  });

  test("bytes end the connection with 1003, on both kinds of endpoint", async () => {
    const registry = await ServedRegistry.serve(place, {
      "tea/handler.js": HANDLER,
      "room.websocket": artefact("tea/handler", "room"),
    });
    for (const to of ["room", "/service/js"]) {
      const client = await registry.connect(to);
      client.send(new Uint8Array([1, 2]));
      expect((await client.closed).code).toBe(1003);
    }
  });

  test("the commands of a timer take effect, and its errors are reported", async () => {
    const registry = await ServedRegistry.serve(place, {
      "m.js": `const session = require("net/websocket").getSession();
        setTimeout(() => { session.sendText("later"); throw new Error("tick"); }, 1);`,
    });
    const client = await registry.connect("/service/js");
    client.send(`{"module": "m"}`);
    expect(await client.next()).toBe("later");
    expect((await registry.logged(/Error: tick/)).text).toMatch(
      /^in a timer: Error: tick\n.*dirigible\/m\.js:2/,
    );
  });

  test("broken artefacts are reported by their files when the server starts", async () => {
    const registry = await ServedRegistry.serve(place, {
      "h.js": HANDLER,
      "a.websocket": { handler: "h" },
      "b.websocket": artefact("h", "same"),
      "c.websocket": artefact("h", "same"),
    });
    await registry.logged(/dirigible\/a\.websocket: "endpoint" is missing, so it is not served/);
    await registry.logged(
      /dirigible\/b\.websocket and dirigible\/c\.websocket define the same endpoint "same"/,
    );
  });

  test("parlor run of a module that is not there, or that fails", async () => {
    const registry = await ServedRegistry.serve(place, { "bad.js": `throw new Error("no")` });
    await expect(registry.run("nowhere.js")).rejects.toThrow(/nowhere\.js/);
    const { ok } = await registry.run("bad");
    // A process says its lines on a way of their own: they may come after the end.
    if (place !== "process") expect(ok).toBe(false);
    expect((await registry.logged(/Error: no/)).text).toMatch(
      /Error: no\n\s+at .*dirigible\/bad\.js:1:\d+\)$/,
    );
  });
});

test.each(["thread", "process"] as const)(
  "a host that dies, %s: sessions stay, their next message is handled",
  async (place) => {
    const registry = await ServedRegistry.serve(place, {
      "h.js": `exports.onOpen = () => {}; exports.onMessage = (m) => { if (m === "die") process.exit(3); return m; };`,
      "h.websocket": artefact("h", "h"),
      "m.js": `require("net/websocket").getSession().sendText("alive")`,
    });
    const [four, two] = [await registry.connect("h"), await registry.connect("/service/js")];
    four.send("die");
    four.send("again");
    expect(await four.next()).toBe("again");
    two.send(`{"module": "m"}`);
    expect(await two.next()).toBe("alive");
    expect((await registry.connect("h")).unread).toBe(0);
  },
);

test("a module that is run has no time limit, while a handler's promise is given up after handlerTimeout", async () => {
  const registry = await ServedRegistry.serve(
    "inline",
    {
      "long.js": `const globals = require("core/v4/globals");
        (function look() { if (globals.get("go")) console.log("done"); else setTimeout(look, 1); })();`,
      "h.js": `exports.onOpen = () => {}; exports.onMessage = () => require("core/v4/globals").set("go", true);`,
      "h.websocket": artefact("h", "h"),
      // Another host in the same server shows that the time is over.
      "../ws/stuck.js": `export function onMessage() { return new Promise(() => {}); }`,
    },
    { handlerTimeout: 20 },
  );
  const run = registry.run("long");
  const [stuck, client] = [await registry.connect("/ws/stuck"), await registry.connect("h")];
  stuck.send("wait");
  await registry.logged(/promise not settled after 0\.02 s/);
  client.send("go");
  expect((await run).ok).toBe(true);
  expect(registry.printed()).toEqual(["info done"]);
});
