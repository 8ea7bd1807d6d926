import { describe, expect, test } from "vitest";
import { Stage, type Files } from "./stage.ts";

const LOGGING = `
  exports.onOpen = () => console.log("open");
  exports.onMessage = (message) => console.log("message", message);
  exports.onError = (error) => console.log("error", error);
  exports.onClose = () => console.log("close");`;

const REQUIRE = `var websockets = require("net/v4/websockets"); var print = (...args) => console.log(...args.map(String));`;

/** Runs one module after the other, while what it has begun goes on. */
async function stageWith(files: Files): Promise<Stage> {
  return Stage.begun({ "log.js": LOGGING, ...files });
}

/** Runs this code as a module and does not wait for the clients that it makes. */
async function began(code: string, more: Files = {}): Promise<Stage> {
  const stage = await stageWith({ "main.js": `${REQUIRE} ${code}`, ...more });
  void stage.module("main");
  await turn();
  return stage;
}

async function also(stage: Stage, code: string, more: Files = {}): Promise<string[]> {
  stage.takeLines();
  await stage.edit({ "log.js": LOGGING, "also.js": `${REQUIRE} ${code}`, ...more });
  void stage.module("also");
  await turn();
  return stage.takeLines();
}

const turn = () => new Promise(setImmediate);

const CREATE = `var client = websockets.createWebsocket("ws://there.test:80/x", "log");`;

describe("createWebsocket", () => {
  test("connects and is registered at once; what is sent goes out in order", async () => {
    const stage = await began(`${CREATE} client.send("one"); client.send("");
      print(websockets.getClientByHandler("log") === client, websockets.getClient(client.id) === client);`);
    expect(stage.takeLines()).toEqual(["log true true"]);
    const [peer] = stage.peers;
    expect([peer!.url, peer!.inbox]).toEqual(["ws://there.test:80/x", ["one", ""]]);
  });

  test("gives an object with what it was made of, and two calls", async () => {
    const stage = await began(`${CREATE}
      print(client.uri, client.handler, client.engine, client.session.getId() === client.id, client.session.isOpen());
      print(Object.getOwnPropertyNames(Object.getPrototypeOf(client)).sort());`);
    expect(stage.lines).toEqual([
      "log ws://there.test:80/x log javascript true false",
      "log close,constructor,engine,handler,id,send,session,uri",
    ]);
  });

  test.each(["javascript", "graalvm", "rhino"])("takes the engine %s", async (engine) => {
    const stage = await began(
      `print(websockets.createWebsocket("wss://x.test/", "log", "${engine}").engine)`,
    );
    expect(stage.lines).toEqual([`log ${engine}`]);
  });

  test.each([
    [`"there.test/x", "log"`, `"there.test/x" is not an address; write it like "ws://localhost:8080/path"`],
    [`"", "log"`, `"" is not an address; write it like "ws://localhost:8080/path"`],
    [
      `"http://there.test/", "log"`,
      `"http://there.test/" is not the address of a WebSocket; start it with ws:// or wss://`,
    ],
    [`"ws://there.test/#a", "log"`, `"ws://there.test/#a" has a fragment (#a); leave it out`],
    [`"ws://there.test/", "log", "javscript"`, `unknown engine "javscript"; did you mean "javascript"?`],
    [
      `"ws://there.test/", "log", "lua"`,
      `unknown engine "lua"; leave it out, or take one of javascript, graalvm, rhino`,
    ],
  ])("throws for (%s)", async (args, text) => {
    const stage = await began(`websockets.createWebsocket(${args})`);
    expect([stage.faultTexts, stage.peers]).toEqual([[`websockets.createWebsocket: ${text}`], []]);
  });

  test.each([
    ["", "a string as uri, got undefined"],
    ["5, 'log'", "a string as uri, got a number"],
    ["'ws://a.test'", "a string as handler, got undefined"],
    ["'ws://a.test', () => 1", "a string as handler, got a function"],
    ["'ws://a.test', ''", `a module's path as handler, got ""`],
    ["'ws://a.test', 'log', 5", "a string as engine, got a number"],
  ])("refuses (%s)", async (args, text) => {
    const stage = await began(`websockets.createWebsocket(${args}); print("never")`);
    expect([stage.faultTexts, stage.lines]).toEqual([[`websockets.createWebsocket takes ${text}`], []]);
  });
});

describe("a client's handler", () => {
  test("a handler gets all events in order, and is evaluated again for each", async () => {
    const stage = await began(`websockets.createWebsocket("ws://a.test", "h")`, {
      "h.js": `let n = 0; const say = (...args) => console.log(++n, ...args);
        exports.onOpen = () => say("open"); exports.onMessage = (m) => say("message", m);
        exports.onError = (e) => say("error", e); exports.onClose = () => say("close");`,
    });
    const [peer] = stage.peers;
    await peer!.open();
    await peer!.say("hi");
    await peer!.fail("reset by peer");
    await peer!.leave(1006);
    expect(stage.lines).toEqual([
      "log 1 open",
      "log 1 message hi",
      "log 1 error reset by peer",
      "log 1 close",
    ]);
  });

  test("sees its event in the module, and its client by its own name", async () => {
    const stage = await began(`websockets.createWebsocket("ws://a.test", "h")`, {
      "h.js": `${REQUIRE} exports.onOpen = exports.onMessage = exports.onError = exports.onClose = () =>
        print(websockets.getMethod(), websockets.getMessage(), websockets.getError(), websockets.isOnOpen(), websockets.isOnClose(), websockets.getClientByHandler("h") !== null);`,
    });
    const [peer] = stage.peers;
    await peer!.open();
    await peer!.say("m");
    await peer!.fail("e");
    await peer!.leave();
    expect(stage.lines).toEqual([
      "log onopen null null true false true",
      "log onmessage m null false false true",
      "log onerror null e false false true",
      "log onclose null null false true false",
    ]);
  });

  test("may send and close from within", async () => {
    const stage = await began(`websockets.createWebsocket("ws://a.test", "h")`, {
      "h.js": `${REQUIRE} const own = () => websockets.getClientByHandler("h");
        exports.onOpen = () => own().send("hello"); exports.onMessage = () => own().close(); exports.onClose = () => print("over");`,
    });
    const [peer] = stage.peers;
    await peer!.open();
    expect(peer!.inbox).toEqual(["hello"]);
    await peer!.say("bye");
    expect(peer!.ended).toEqual({ code: 1000, reason: "" });
    await peer!.leave();
    expect([stage.lines, stage.faultTexts]).toEqual([["log over"], []]);
  });

  test("answers nothing by what it returns: that could go on for ever", async () => {
    const stage = await began(`websockets.createWebsocket("ws://a.test", "h")`, {
      "h.js": "exports.onOpen = exports.onMessage = () => 'x'",
    });
    await stage.peers[0]!.open();
    await stage.peers[0]!.say("m");
    expect(stage.peers[0]!.inbox).toEqual([]);
  });

  test("is waited for: the next event comes when its promise has settled", async () => {
    const stage = await began(`websockets.createWebsocket("ws://a.test", "h")`, {
      "h.js": `exports.onOpen = async () => { await new Promise((go) => setTimeout(go)); console.log("open") };
        exports.onMessage = (m) => console.log(m); exports.onClose = () => console.log("close");`,
    });
    const told = [
      stage.peers[0]!.open(),
      stage.peers[0]!.say("a"),
      stage.peers[0]!.say("b"),
      stage.peers[0]!.leave(),
    ];
    await turn();
    expect(stage.lines).toEqual([]);
    stage.fire();
    await Promise.all(told);
    expect(stage.lines).toEqual(["log open", "log a", "log b", "log close"]);
  });

  test("throws, or is not there: logged, and nothing else", async () => {
    const stage = await began(
      `websockets.createWebsocket("ws://a.test", "h"); websockets.createWebsocket("ws://a.test", "nowhere");`,
      {
        "h.js":
          "exports.onOpen = () => { throw new Error('at once') }; exports.onMessage = async () => { throw new Error('later') }",
      },
    );
    const [one, two] = stage.peers;
    await one!.open();
    await one!.say("m");
    await two!.open();
    expect(stage.faultTexts).toEqual([
      "at once",
      "later",
      `handler "nowhere": there is no dirigible/nowhere.js, .mjs, .ts or .json (modules, nearest first: log, h, main)`,
    ]);
    expect([one!.ended, two!.ended]).toEqual([null, null]);
  });

  test("takes no bytes: onError is called, and the connection ends", async () => {
    const stage = await began(`${CREATE}`);
    await stage.peers[0]!.open();
    await stage.peers[0]!.say(new Uint8Array(2));
    await stage.peers[0]!.leave(1003);
    expect(stage.peers[0]!.ended?.code).toBe(1003);
    expect(stage.lines).toEqual([
      "log open",
      "log error ws://there.test:80/x sent bytes; only text is accepted",
      "log close",
    ]);
  });
});

describe("an address that refuses", () => {
  test("calls onError with the reason; the client is gone and cannot send", async () => {
    const stage = await began(`${CREATE} require("core/globals").set("c", client);`);
    await stage.peers[0]!.fail("connect ECONNREFUSED");
    await stage.peers[0]!.leave(1006);
    expect(stage.takeLines()).toEqual(["log error connect ECONNREFUSED"]);
    const asked = `print(websockets.getClientByHandler("log"), websockets.getClients().length);
      require("core/globals").get("c").close(); require("core/globals").get("c").send("x")`;
    expect(await also(stage, asked)).toEqual(["log null 0"]);
    expect(stage.faultTexts).toEqual([
      "WebsocketClient.send: the connection to ws://there.test:80/x is closed",
    ]);
    expect(stage.peers[0]!.ended).toBe(null);
  });

  test("calls onError also when only the end is known", async () => {
    const stage = await began(`${CREATE}`);
    await stage.peers[0]!.leave(1006);
    expect(stage.lines).toEqual([
      "log error the connection to ws://there.test:80/x ended before it was open",
    ]);
  });
});

describe("send", () => {
  test("takes text and nothing else", async () => {
    const stage = await began(`${CREATE} for (const value of [5, {}, undefined, new Uint8Array(1)])
      try { client.send(value) } catch (error) { print(error.message) }`);
    expect(stage.lines).toEqual([
      "log WebsocketClient.send takes a string, got a number; did you mean String(value)?",
      "log WebsocketClient.send takes a string, got an object; did you mean JSON.stringify(value)?",
      "log WebsocketClient.send takes a string, got undefined; check where the value should have been set",
      "log WebsocketClient.send takes a string, got a Uint8Array; did you mean new TextDecoder().decode(value)?",
    ]);
  });

  test("throws after close, by either side", async () => {
    const stage = await began(`${CREATE} client.close(); client.send("x");`);
    expect(stage.takeFaults()).toEqual([
      "WebsocketClient.send: the connection to ws://there.test:80/x is closed",
    ]);
    const other = await began(`${CREATE} require("core/globals").set("c", client);`);
    await other.peers[0]!.open();
    await other.peers[0]!.leave();
    await also(other, `require("core/globals").get("c").send("x");`);
    expect(other.faultTexts).toEqual([
      "WebsocketClient.send: the connection to ws://there.test:80/x is closed",
    ]);
    expect([stage.peers[0]!.inbox, other.peers[0]!.inbox]).toEqual([[], []]);
  });
});

describe("close", () => {
  test("a close before the connection is open waits for the opening and for sent messages; the handler gets all events", async () => {
    const stage = await began(`${CREATE} client.send("hello"); client.close(); client.close();`);
    const [peer] = stage.peers;
    expect([peer!.inbox, peer!.ended]).toEqual([["hello"], null]);
    await peer!.open();
    expect(peer!.ended).toEqual({ code: 1000, reason: "" });
    await peer!.say("hello");
    await peer!.leave();
    expect(stage.lines).toEqual(["log open", "log message hello", "log close"]);
  });

  test("takes it out of the registry at once", async () => {
    const stage = await began(`${CREATE} client.close();
      print(websockets.getClientByHandler("log"), websockets.getClient(client.id), websockets.getClients().length)`);
    expect(stage.lines).toEqual(["log null null 0"]);
  });

  test("a second close is not an error and closes once", async () => {
    const stage = await began(`${CREATE} require("core/globals").set("c", client);`);
    await stage.peers[0]!.open();
    await also(stage, `const c = require("core/globals").get("c"); c.close(); c.close();`);
    expect([stage.peers[0]!.ended, stage.faultTexts]).toEqual([{ code: 1000, reason: "" }, []]);
    await stage.peers[0]!.leave();
    await also(stage, `require("core/globals").get("c").close();`);
    expect(stage.faultTexts).toEqual([]);
  });

  test("by the other side takes it out too", async () => {
    const stage = await began(CREATE);
    await stage.peers[0]!.open();
    expect(await also(stage, `print(websockets.getClientByHandler("log") === null)`)).toEqual(["log false"]);
    await stage.peers[0]!.leave();
    expect(await also(stage, `print(websockets.getClientByHandler("log") === null)`)).toEqual(["log true"]);
  });
});

describe("the registry of clients", () => {
  test("lists data: id, uri, handler and engine, nothing to call", async () => {
    const stage = await began(`${CREATE}
      websockets.createWebsocket("wss://b.test", "log", "rhino");
      print(JSON.stringify(websockets.getClients().map(({ id, ...rest }) => rest)));
      print(websockets.getClients()[0].id === client.id, typeof websockets.getClients()[0].send);`);
    expect(stage.lines).toEqual([
      `log [{"uri":"ws://there.test:80/x","handler":"log","engine":"javascript"},{"uri":"wss://b.test","handler":"log","engine":"rhino"}]`,
      "log true undefined",
    ]);
  });

  test("a list of clients starts empty, and finds no client", async () => {
    const stage = await began(
      `print(websockets.getClients().length, websockets.getClient("x"), websockets.getClientByHandler("x"), websockets.getClient("__proto__"))`,
    );
    expect(stage.lines).toEqual(["log 0 null null null"]);
  });

  test("finds by the exact handler, of several the first that is left", async () => {
    const stage = await began(`${CREATE} var second = websockets.createWebsocket("ws://b.test", "log");
      print(websockets.getClientByHandler("log") === client, websockets.getClientByHandler("/log"), websockets.getClientByHandler("LOG"));
      client.close(); print(websockets.getClientByHandler("log") === second);`);
    expect(stage.lines).toEqual(["log true null null", "log true"]);
  });

  test("holds no clients of the server's own endpoints", async () => {
    const stage = await stageWith({ "log.websocket": { handler: "log", endpoint: "e" } });
    await stage.connect("e");
    stage.takeLines();
    const lines = await also(
      stage,
      `print(websockets.getClients().length, websockets.getClientByHandler("log"))`,
      {
        "log.websocket": { handler: "log", endpoint: "e" },
      },
    );
    expect(lines).toEqual(["log 0 null"]);
  });

  test("is shared by all modules, and survives an edit", async () => {
    const stage = await began(CREATE);
    const found = `const c = websockets.getClientByHandler("log"); print(websockets.getClient(c.id) === c); c.send("later")`;
    expect(await also(stage, found)).toEqual(["log true"]);
    expect(stage.peers[0]!.inbox).toEqual(["later"]);
  });

  test.each(["getClient", "getClientByHandler"])("%s takes a string", async (call) => {
    const stage = await began(`websockets.${call}(5)`);
    const what = call === "getClient" ? "id" : "handler";
    expect(stage.faultTexts).toEqual([`websockets.${call} takes a string as ${what}, got a number`]);
  });
});

describe("run", () => {
  test("is done when its clients have ended, also those made later", async () => {
    const stage = await stageWith({
      "main.js": `${REQUIRE} ${CREATE} setTimeout(() => websockets.createWebsocket("ws://second.test", "log"))`,
    });
    let isDone = false;
    const run = stage.module("main").then(() => (isDone = true));
    await turn();
    stage.fire();
    await stage.peers[0]!.fail("refused");
    await turn();
    expect([isDone, stage.peers.length]).toEqual([false, 2]);
    await stage.peers[1]!.open();
    await stage.peers[1]!.leave();
    await run;
    expect(stage.lines).toEqual(["log error refused", "log open", "log close"]);
  });
});

test("a run goes on with what its clients' end sets off", async () => {
  const stage = await stageWith({
    "main.js": `${REQUIRE} const over = new Promise((go) => require("core/globals").set("go", go));
      websockets.createWebsocket("ws://first.test", "h");
      over.then(() => websockets.createWebsocket("ws://second.test", "log"));`,
    "h.js": `exports.onOpen = () => {}; exports.onClose = () => require("core/globals").get("go")();`,
  });
  let isDone = false;
  const run = stage.module("main").then(() => (isDone = true));
  await turn();
  await stage.peers[0]!.open();
  await stage.peers[0]!.leave();
  await turn();
  expect([isDone, stage.peers.length]).toEqual([false, 2]);
  await stage.peers[1]!.fail("refused");
  await run;
});

test("a client's timers end with it", async () => {
  const stage = await began(`websockets.createWebsocket("ws://a.test", "h")`, {
    "h.js": `exports.onOpen = () => setTimeout(() => console.log("tick")); exports.onClose = () => {};`,
  });
  await stage.peers[0]!.open();
  await stage.peers[0]!.leave();
  stage.fire();
  expect(stage.lines).toEqual([]);
});

test("events of an unknown client do nothing", async () => {
  const stage = await began(CREATE);
  const [peer] = stage.peers;
  await peer!.fail("refused");
  stage.takeLines();
  await peer!.open();
  await peer!.say("x");
  await peer!.fail("again");
  expect([stage.lines, stage.faultTexts]).toEqual([[], []]);
});

describe("a handler that exports runs", () => {
  const handlerThat = (exports: string): Files => ({
    "log.js": `console.log("evaluated"); ${exports} ${LOGGING}`,
  });

  test('a handler with "cluster" has each client under one name for the whole cluster', async () => {
    for (const more of [
      handlerThat(`exports.runs = "cluster";`),
      { "log.js": `export const runs = "cluster"; export function onOpen() {}` },
    ]) {
      const stage = await began(CREATE, more);
      expect(stage.takeFaults()).toEqual([]);
      expect(stage.peers[0]!.once).toBe("log ws://there.test:80/x");
    }
  });

  test('a handler with "node", or without runs, has a client on each node, and is not evaluated without the word', async () => {
    const plain = await began(CREATE, handlerThat(""));
    expect([plain.peers[0]!.once, plain.takeLines()]).toEqual([null, []]);
    const node = await began(CREATE, handlerThat(`exports.runs = "node";`));
    expect(node.peers[0]!.once).toBeNull();
  });

  test("an unknown value makes createWebsocket throw", async () => {
    const stage = await began(CREATE, handlerThat(`exports.runs = "everywhere";`));
    expect(stage.takeFaults()[0]).toMatch(/exports runs as a string .*; it must be "cluster" or "node"/);
    expect(stage.peers).toEqual([]);
  });

  test("a client that waits for another node ends when it is closed, without a call of its handler", async () => {
    const stage = await began(`${CREATE} client.close();`, handlerThat(`exports.runs = "cluster";`));
    const [peer] = stage.peers;
    expect(peer!.ended).toEqual({ code: 1000, reason: "" });
    stage.takeLines();
    await peer!.leave(1000);
    expect([stage.takeLines(), stage.takeFaults()]).toEqual([[], []]);
  });

  test("a client that is closed while its connection opens is called as any other", async () => {
    const stage = await began(`${CREATE} client.close();`, handlerThat(`exports.runs = "cluster";`));
    const [peer] = stage.peers;
    stage.takeLines();
    await peer!.open();
    await peer!.leave(1000);
    expect(stage.takeLines().filter((line) => !line.includes("evaluated"))).toEqual([
      "log open",
      "log close",
    ]);
  });
});
