import { expect, test } from "vitest";
import { Stage, type Published } from "./stage.ts";

/** A program with one server, not started yet. */
async function withServer(): Promise<{ stage: Stage; server: Published }> {
  let server: Published;
  const stage = await Stage.begun((names) => void (server = new names.HttpServer()));
  return { stage, server };
}

test("a server that was not started has no port", async () => {
  const { server } = await withServer();
  expect([server.state, server.port, server.isIPv4]).toEqual(["stopped", null, false]);
  expect([server.listenAddressIPv4, server.listenAddressIPv6]).toEqual([null, null]);
});

test("start answers null and runs when the call returns, on 8080 if nothing else is said", async () => {
  const { stage, server } = await withServer();
  expect(server.start()).toBeNull();
  expect([server.state, server.port]).toEqual(["running", 8080]);
  expect(stage.ports.get(1)).toEqual({
    kind: "listen",
    script: "program scripting/main",
    listener: 1,
    port: 8080,
    host: null,
    limits: { maxPayload: 16 * 1024 * 1024, maxBody: 50 * 1024 * 1024 },
  });
});

test("port 0 is any, and is known at once", async () => {
  const { server } = await withServer();
  expect(server.start({ port: 0 })).toBeNull();
  expect(server.port).toBe(40_000);
});

test("the limits are those that were asked for", async () => {
  const { stage, server } = await withServer();
  server.start({ port: 0, maxWebSocketPayloadSize: 100, maxRequestBodySize: 200 });
  expect(stage.ports.get(1)?.limits).toEqual({ maxPayload: 100, maxBody: 200 });
});

test("start returns a text for a port that it cannot have, and the server is not running", async () => {
  const { stage, server } = await withServer();
  stage.listen = () => ({ ok: false, reason: "port 8080 is taken" });
  expect(server.start()).toBe("port 8080 is taken");
  expect([server.state, server.port]).toEqual(["stopped", null]);
  stage.listen = ({ port }) => ({ ok: true, port });
  expect(server.start()).toBeNull();
});

test("a server that runs is not started twice", async () => {
  const { stage, server } = await withServer();
  server.start();
  expect(server.start({ port: 9000 })).toBeNull();
  expect([server.port, stage.ports.size]).toEqual([8080, 1]);
});

test("forceIPv4 and the two addresses say where it listens", async () => {
  const { stage } = await withServer();
  const hosts = [
    [{}, false],
    [{}, true],
    [{ listenAddressIPv4: "127.0.0.1" }, true],
    [{ listenAddressIPv6: "::1" }, false],
    [{ listenAddressIPv4: "127.0.0.1", listenAddressIPv6: "::1" }, false],
    [{ listenAddressIPv4: "127.0.0.1" }, false],
  ].map(([addresses, forceIPv4]) => {
    const server = Object.assign(new stage.names.HttpServer(), addresses);
    server.start({ port: 0, forceIPv4 });
    return [[...stage.ports.values()].at(-1)?.host, server.isIPv4];
  });
  expect(hosts).toEqual([
    [null, false],
    ["0.0.0.0", true],
    ["127.0.0.1", true],
    ["::1", false],
    ["::1", false],
    ["127.0.0.1", true],
  ]);
});

test("start returns a text for a failure, and throws a TypeError for a wrong argument", async () => {
  const { server } = await withServer();
  expect(server.start({ port: 70_000 })).toBe("HttpServer.start: port 70000 is out of range (0 to 65535)");
  expect(server.start({ tls: { p12: "a.p12", password: "x" } })).toMatch(
    /^HttpServer\.start: tls is not supported/,
  );
  expect(() => server.start({ port: "80" })).toThrow(
    "HttpServer.start takes a whole number from 0 as port, got a string",
  );
  expect(() => server.start(8080)).toThrow("HttpServer.start takes an object as options, got a number");
  expect(() => server.start({ forceIPv4: 1 })).toThrow(
    "HttpServer.start takes true or false as forceIPv4, got 1",
  );
  expect(() => (server.listenAddressIPv4 = 1)).toThrow(
    "HttpServer takes a string as listenAddressIPv4, got a number",
  );
});

test("stop ends its own sessions, and the server may be started again", async () => {
  const { stage, server } = await withServer();
  const seen: string[] = [];
  server.registerWebsocket("/", { onDisconnected: () => seen.push("gone") });
  const other = new stage.names.HttpServer();
  other.registerWebsocket("/", {});
  server.start({ port: 1 });
  other.start({ port: 2 });
  const client = await stage.connect("/");
  const elsewhere = await stage.connect("/", { listener: 2 });
  const knocking = stage.arrive("/");
  server.stop();
  server.stop();
  expect([server.state, server.port, [...stage.ports.keys()]]).toEqual(["stopped", null, [2]]);
  expect([client.ended?.code, elsewhere.ended, knocking.refused?.status]).toEqual([1001, null, 503]);
  await client.leave();
  expect(seen).toEqual(["gone"]);
  expect(server.start({ port: 1 })).toBeNull();
  expect((await stage.connect("/", { listener: 3 })).session.isAccepted).toBe(true);
  // Who comes by the port as it was is too late.
  expect((await stage.connect("/")).refused?.status).toBe(503);
  expect((await stage.fetch("/")).status).toBe(503);
});

test("two servers have their own paths", async () => {
  const { stage, server } = await withServer();
  const other = new stage.names.HttpServer();
  server.registerWebsocket("/a", {});
  other.registerWebsocket("/b", {});
  server.start({ port: 1 });
  other.start({ port: 2 });
  expect((await stage.connect("/a")).session.isAccepted).toBe(true);
  expect((await stage.connect("/b")).refused?.status).toBe(404);
  expect((await stage.connect("/b", { listener: 2 })).session.isAccepted).toBe(true);
});

test("a class of the script's may extend it, and it must be constructed", async () => {
  const { stage, server } = await withServer();
  const { HttpServer } = stage.names;
  class Chat extends HttpServer {
    greet(): string {
      return (this as Published).state;
    }
  }
  const chat: Published = new Chat();
  expect(chat.greet()).toBe("stopped");
  expect(chat).toBeInstanceOf(HttpServer);
  expect(server).toBeInstanceOf(HttpServer);
  expect(() => HttpServer()).toThrow("HttpServer is a class; write new HttpServer(...)");
});

test("a program that has ended ends its timers, also when it was still loading", async () => {
  let goOn = (): void => undefined;
  const stage = new Stage(() => new Promise<void>((resolve) => (goOn = resolve)));
  const started = stage.program.start?.();
  stage.program.dispose();
  goOn();
  await started;
  expect(stage.isEnded).toBe(true);
});

test("the module holds what the globals hold, and the web's own", async () => {
  const stage = await Stage.begun(() => undefined);
  const { __scripting, ...globals } = stage.names;
  expect(__scripting).toMatchObject(globals);
  expect(__scripting.fetch).toBe(fetch);
  expect(Object.keys(globals).sort()).toEqual([
    "Data",
    "FileEntity",
    "FileManager",
    "HttpRequest",
    "HttpResponse",
    "HttpResponseBody",
    "HttpServer",
    "Path",
    "Script",
    "UUID",
    "WebSocket",
    "WebSocketSession",
  ]);
});

test("UUID.string is another one every time", async () => {
  const { UUID } = (await Stage.begun(() => undefined)).names;
  expect(UUID.string()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(UUID.string()).not.toBe(UUID.string());
});
