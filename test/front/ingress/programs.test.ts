import { defaults } from "../../../src/config.ts";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import type { Answer, Question } from "../../../src/boundary/questions.ts";
import { Listeners } from "../../../src/front/ingress/listeners.ts";
import { serveOn, type Place, type ServedApp } from "../../support/served-app.ts";
import { Refused, type Client, type ConnectOptions } from "../../support/client.ts";
import type { Files } from "../../support/running-app.ts";

const ROOM = `
  ws("/room", "", () => {
    const text = $bolt.wsEventMessage();
    if (text === "exit") process.exit(3);
    $bolt.wsSendTo($bolt.wsClientId(), "room " + text);
  }, "");
  get("/who", () => $bolt.send("bolt"));
`;

function scriptingOn(port: number): string {
  return `
    const server = new HttpServer();
    server.registerWebsocket("/chat", {
      onReload(session: WebSocketSession) { session.writeText("reloaded"); },
      handleText(session: WebSocketSession, text: string) {
        if (text === "exit") process.exit(3);
        if (text === "stop") server.stop();
        else session.writeText("own " + text);
      },
    });
    server.registerHandler("/hello", () => HttpResponse.ok(HttpResponseBody.text("hello")));
    const problem = server.start({ port: ${port} });
    console.log(problem ?? "port " + server.port);
  `;
}

const serve = (files: Files, place: Place = "thread"): Promise<ServedApp> => serveOn(place, files);

function dial(app: ServedApp, path: string, options?: ConnectOptions): Client {
  return app.connect(path, options);
}

async function statusOf(client: Client): Promise<number> {
  const error: unknown = await client.opened.catch((reason: unknown) => reason);
  return error instanceof Refused ? error.status : 101;
}

async function reload(app: ServedApp, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(app.dir, path), text);
  await app.server.reload();
}

/** The ports by themselves, and a program that asks for one. */
function alone(): {
  listeners: Listeners;
  ask: (wanted: { kind?: "unlisten"; port?: number; host?: string }) => Promise<Answer>;
} {
  const http = { handleClientError: () => undefined };
  const connections = { admit: () => undefined, onError: () => undefined };
  const listeners = new Listeners({
    http,
    gateway: { bounds: { connections } },
    config: defaults,
  } as unknown as ConstructorParameters<typeof Listeners>[0]);
  onTestFinished(() => listeners.leases.clear());
  const ask = ({
    kind,
    port = 0,
    host,
  }: {
    kind?: "unlisten";
    port?: number;
    host?: string;
  }): Promise<Answer> => {
    const common = { script: "program scripting/a", listener: 1 } as const;
    const question: Question =
      kind === undefined
        ? { kind: "listen", ...common, port, host: host ?? null, limits: {} }
        : { kind, ...common };
    return new Promise((resolve) => listeners.answer(question, resolve, 1));
  };
  return { listeners, ask };
}

describe("claimed paths", () => {
  test("are served as soon as the server is, beside those of files", async () => {
    const app = await serve({
      "bolt/room.ts": ROOM,
      "ws/room.ts": "export function onMessage(session, text) { session.send('file ' + text); }",
      "http/now.ts": "export const GET = () => new Response('file');",
    });
    const [claimed, file] = [dial(app, "/room"), dial(app, "/ws/room")];
    claimed.send("a");
    file.send("a");
    expect([await claimed.next(), await file.next()]).toEqual(["room a", "file a"]);
    const texts = ["/who", "/now"].map(async (path) => (await fetch(`${app.server.url}${path}`)).text());
    expect(await Promise.all(texts)).toEqual(["bolt", "file"]);
    expect(app.server.routes.find(({ kind }) => kind === "program")).toMatchObject({
      script: "bolt/room.ts",
      thread: "bolt/room.ts",
      status: "ok",
    });
  });

  test("stay with a file that has them, and one line names both", async () => {
    const app = await serve({
      "bolt/room.ts": `ws("/ws/room", "", "", ""); get("/now", () => $bolt.send("bolt"));`,
      "ws/room.ts": "export function onMessage(session, text) { session.send('file ' + text); }",
      "http/now.ts": "export const GET = () => new Response('file');",
    });
    const client = dial(app, "/ws/room");
    client.send("a");
    expect(await client.next()).toBe("file a");
    expect(await (await fetch(`${app.server.url}/now`)).text()).toBe("file");
    const line = await app.log.find(/bolt\/room\.ts: ws\/room\.ts has the path \/ws\/room already/);
    expect(line).toMatchObject({ level: "error", fields: { code: "PARLOR_ROUTE_TAKEN" } });
    await app.log.find(/bolt\/room\.ts: http\/now\.ts has the path \/now already/);
  });

  test("follow the program's new version", async () => {
    const app = await serve({ "bolt/room.ts": ROOM });
    await reload(app, { "bolt/room.ts": ROOM.replaceAll("/room", "/hall") });
    const client = dial(app, "/hall");
    client.send("a");
    expect(await client.next()).toBe("room a");
    expect(await statusOf(dial(app, "/room"))).toBe(404);
  });

  test("end with the program's file", async () => {
    const app = await serve({ "bolt/room.ts": ROOM, "bolt/other.ts": `ws("/other", "", "", "");` });
    const client = dial(app, "/room");
    await client.opened;
    rmSync(join(app.dir, "bolt/room.ts"));
    await app.server.reload();
    expect(await client.closed).toEqual({ code: 1001, reason: "route has gone" });
    expect(await statusOf(dial(app, "/room"))).toBe(404);
    expect((await fetch(`${app.server.url}/who`)).status).toBe(404);
    expect(await statusOf(dial(app, "/other"))).toBe(101);
  });

  test("start at the mount of a Bolt program, which sees them as it wrote them", async () => {
    const app = await serve({
      "bolt/one.ts": `export const mount = "/one";
        ws("/room/:name", () => $bolt.wsSendTo($bolt.wsClientId(), $bolt.wsEventPath() + " " + $bolt.wsParam("name")), "", "");
        get("/who/:name", () => $bolt.send("one " + $bolt.param("name")));`,
      "bolt/two.ts": `ws("/room/:name", "", "", ""); get("/who/:name", () => $bolt.send("two"));`,
    });
    expect(await dial(app, "/one/room/red").next()).toBe("/room/:name red");
    expect(await (await fetch(`${app.server.url}/one/who/anna`)).text()).toBe("one anna");
    expect(await (await fetch(`${app.server.url}/who/anna`)).text()).toBe("two");
    expect(app.server.routes.map(({ route, script }) => [route, script])).toContainEqual([
      "/one",
      "bolt/one.ts",
    ]);
    expect(app.log.texts.filter((text) => text.includes("already"))).toEqual([]);
  });

  test("bring the program's own bounds", async () => {
    const app = await serve({
      "bolt/room.ts": `$bolt.setWsMaxConnections(2); ${ROOM}`,
      "ws/room.ts": "export function onMessage() {}",
    });
    const origin = { origin: "http://evil.test" };
    expect(await statusOf(dial(app, "/room", origin))).toBe(403);
    expect(await statusOf(dial(app, "/ws/room", origin))).toBe(403);
    expect(await statusOf(dial(app, "/ws/room"))).toBe(101);
    const first = dial(app, "/room");
    await Promise.all([first.opened, dial(app, "/room").opened]);
    expect(await statusOf(dial(app, "/room"))).toBe(503);
    first.send("x".repeat(64 * 1024 + 1));
    expect((await first.closed).code).toBe(1009);
    await app.healthIs((health) => health["sessions"] === 2);
    expect(await statusOf(dial(app, "/room"))).toBe(101);
  });

  test("whose program does not load again and again answer 503", async () => {
    const app = await serve({
      "bolt/room.ts": `ws("/room", "", "", ""); setImmediate(() => process.exit(3));`,
    });
    await app.log.find(/bolt\/room\.ts crashed before it handled an event, again and again/);
    expect(await statusOf(dial(app, "/room"))).toBe(503);
  });
});

test("a program that never loads keeps neither the server nor others waiting", async () => {
  const app = await serve({ "bolt/dead.ts": "process.exit(3);", "bolt/room.ts": ROOM });
  await app.log.find(/bolt\/dead\.ts crashed before it handled an event, again and again/);
  expect(await statusOf(dial(app, "/room"))).toBe(101);
});

describe("ports of a program's own", () => {
  test("bring requests and upgrades, and are counted", async () => {
    const app = await serve({ "scripting/chat.ts": scriptingOn(0) });
    const client = await app.ownPort.connect("//chat/");
    client.send("a");
    expect(await client.next()).toBe("own a");
    expect(await (await app.ownPort.fetch("/hello")).text()).toBe("hello");
    // The server's own pages are not on it.
    expect((await app.ownPort.fetch("/_parlor/health")).status).toBe(404);
    expect(app.server.health["listeners"]).toBe(1);
  });

  test.each(["thread", "inline", "process"] as const)("in use are an error text (%s)", async (place) => {
    const taken = createServer().listen(0);
    await once(taken, "listening");
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const app = await serve({ "scripting/chat.ts": scriptingOn(port) }, place);
    await app.log.find(new RegExp(`^port ${port} is in use`));
    expect(app.server.health["listeners"]).toBe(0);
  });

  test.each([70_000, -1, 1.5])("are an error text when they are not valid: %d", async (port) => {
    const { listeners, ask } = alone();
    expect(await ask({ port })).toEqual({ ok: false, reason: `port ${port} is out of range (0–65535)` });
    expect(listeners.leases.all.size).toBe(0);
  });

  test("at an address that this machine has not, or that is none, are an error text", async () => {
    const { listeners, ask } = alone();
    const reason = (host: string): string => `${host} is not an address of this machine`;
    expect(await ask({ host: "192.0.2.1" })).toEqual({ ok: false, reason: reason("192.0.2.1") });
    expect(await ask({ host: "no host" })).toEqual({ ok: false, reason: reason("no host") });
    expect(listeners.leases.all.size).toBe(0);
  });

  test("at one address are opened there, and closed by their number", async () => {
    const { listeners, ask } = alone();
    const answer = await ask({ host: "127.0.0.1" });
    expect(answer).toMatchObject({ ok: true, port: expect.any(Number) });
    expect(await ask({ kind: "unlisten" })).toEqual({ ok: true, port: 0 });
    expect(listeners.leases.all.size).toBe(0);
  });

  test("close every client's socket without a close frame when they are stopped", async () => {
    const app = await serve({ "scripting/chat.ts": scriptingOn(0) });
    const [anna, ben] = [await app.ownPort.connect("/chat"), await app.ownPort.connect("/chat")];
    await Promise.all([anna.opened, ben.opened]);
    anna.send("stop");
    expect((await anna.closed).code).toBe(1006);
    expect((await ben.closed).code).toBe(1006);
    await expect(app.ownPort.fetch("/hello")).rejects.toThrow();
    expect(app.server.health["listeners"]).toBe(0);
  });

  test("stay open through a crash and a reload, and so do their sessions", async () => {
    const app = await serve({ "scripting/chat.ts": scriptingOn(0) });
    const port = await app.ownPort.number();
    const anna = await app.ownPort.connect("/chat");
    await anna.opened;
    const ben = await app.ownPort.connect("/chat");
    ben.send("exit");
    expect(await anna.next()).toBe("reloaded");
    await reload(app, { "scripting/chat.ts": scriptingOn(0).replaceAll("own ", "new ") });
    expect(await anna.next()).toBe("reloaded");
    anna.send("a");
    expect(await anna.next()).toBe("new a");
    expect(new Set(app.log.texts.filter((text) => text.startsWith("port ")))).toEqual(
      new Set([`port ${port}`]),
    );
    expect(app.server.health["listeners"]).toBe(1);
  });

  test("close when their program is removed", async () => {
    const app = await serve({ "scripting/chat.ts": scriptingOn(0), "bolt/room.ts": ROOM });
    const client = await app.ownPort.connect("/chat");
    await client.opened;
    rmSync(join(app.dir, "scripting/chat.ts"));
    await app.server.reload();
    expect((await client.closed).code).toBe(1001);
    await expect(app.ownPort.fetch("/hello")).rejects.toThrow();
  });
});

describe("outbound connections", () => {
  test("end with the incarnation that opened them", async () => {
    const server = new WebSocketServer({ port: 0 });
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const codes: number[] = [];
    const second = new Promise<void>((resolve) => {
      server.on("connection", (socket) => {
        socket.on("close", (code) => codes.push(code));
        if (server.clients.size > 0 && codes.length > 0) resolve();
        socket.on("message", () => socket.send("exit"));
      });
    });
    const { port } = server.address() as AddressInfo;
    const app = await serve({
      "scripting/client.ts": `
        import { WebSocket } from "scripting";
        const socket = new WebSocket("ws://127.0.0.1:${port}/");
        socket.send("hello");
        socket.onmessage = () => process.exit(3);
      `,
    });
    await second;
    expect(codes[0]).toBe(1001);
    expect(app.server.health["clients"]).toMatchObject({ asked: expect.any(Number), failed: 0 });
  });
});

test("a program finds its dialect's names, and by an import too; nothing of another's", async () => {
  const app = await serve({
    "scripting/names.ts": `
      import { HttpServer as Imported } from "scripting";
      console.log("same", Imported === HttpServer, typeof ws, typeof $bolt, typeof diesel);
    `,
    "bolt/names.ts": `console.log("bolt", typeof ws, typeof HttpServer, typeof diesel);`,
  });
  expect((await app.log.find(/^same/)).text).toBe("same true undefined undefined undefined");
  expect((await app.log.find(/^bolt/)).text).toBe("bolt function undefined undefined");
});

test.each([
  ["a computed one", `export const mount = process.env.MOUNT ?? "/shop";`],
  ["a number", "export const mount = 3;"],
  ["one without a slash", `export const mount = "shop";`],
])("mount must be a literal path: %s is refused", async (_what, text) => {
  const app = await serve({ "bolt/shop.ts": text, "bolt/room.ts": ROOM });
  expect(app.server.problems).toMatchObject([
    { file: "bolt/shop.ts", code: "PARLOR_SCRIPT_CONTRACT", message: expect.stringContaining("mount") },
  ]);
  expect(app.server.health["status"]).toBe("degraded");
  expect(app.server.routes.map(({ script, status }) => `${script} ${status}`)).toEqual([
    "bolt/room.ts ok",
    "bolt/shop.ts failed",
  ]);
});

test("dirigible/ gets the changes of its files while it runs, and a fresh incarnation has them too", async () => {
  const handler = (name: string): string => `exports.onMessage = function (text) {
    if (text === "exit") process.exit(3);
    return "${name} " + text;
  };`;
  const endpoint = (name: string): string =>
    JSON.stringify({ handler: "talk/handler", endpoint: name, description: "a talk" });
  const app = await serve({
    "dirigible/talk/handler.js": handler("old"),
    "dirigible/talk/one.websocket": endpoint("one"),
  });
  const anna = dial(app, "/websockets/v4/service/one");
  anna.send("a");
  expect(await anna.next()).toBe("old a");
  await reload(app, {
    "dirigible/talk/handler.js": handler("new"),
    "dirigible/talk/two.websocket": endpoint("two"),
  });
  anna.send("b");
  expect(await anna.next()).toBe("new b");
  const ben = dial(app, "/websockets/v4/service/two");
  ben.send("exit");
  await app.log.find(/dirigible crashed on a message from session/);
  ben.send("c");
  expect(await ben.next()).toBe("new c");
  rmSync(join(app.dir, "dirigible/talk/two.websocket"));
  await app.server.reload();
  // It comes as an event, so it is known when the next one has been answered.
  anna.send("d");
  expect(await anna.next()).toBe("new d");
  expect(await statusOf(dial(app, "/websockets/v4/service/two"))).toBe(404);
});

test("a module of dirigible/ is run by its path, and its lines go to who asked", async () => {
  const app = await serve({ "dirigible/jobs/hello.js": `console.log("hello from " + "there");` });
  const lines: string[] = [];
  const watch = {
    onLine: ({ text }: { text: string }) => void lines.push(text),
    signal: AbortSignal.timeout(8000),
  };
  expect(await app.server.runTask("jobs/hello.js", watch)).toEqual({ ok: true });
  expect(await app.server.runTask("dirigible/jobs/hello", watch)).toEqual({ ok: true });
  expect(lines).toEqual(["hello from there", "hello from there"]);
  await expect(app.server.runTask("jobs/bye.js", watch)).rejects.toThrow(/no task "jobs\/bye.js"/);
});
