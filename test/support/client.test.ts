import { createServer, type IncomingMessage, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { connect, Refused } from "./client.ts";

describe("the test client", () => {
  let server: Server;
  let sockets: WebSocketServer;
  let url: string;

  beforeEach(async () => {
    server = createServer();
    sockets = new WebSocketServer({
      server,
      verifyClient: (info: { req: IncomingMessage }) => info.req.url !== "/no",
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    sockets.on("connection", (socket) => {
      socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
  });

  afterEach(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });

  test("sends before the connection is open, in order, and reads one message at a time", async () => {
    const a = connect(url);
    a.send("one");
    a.send(new Uint8Array([1, 2]));
    a.send("three");
    expect(await a.next()).toBe("one");
    expect(await a.next()).toEqual(new Uint8Array([1, 2]));
    expect(await a.next()).toBe("three");
    expect(a.unread).toBe(0);
  });

  test("skips messages, parses JSON, and reports the close code and reason", async () => {
    const a = connect(url);
    a.send("noise");
    a.send('{"n":1}');
    await a.skip();
    expect(await a.nextJson()).toEqual({ n: 1 });
    a.close(3001, "bye");
    expect(await a.closed).toEqual({ code: 3001, reason: "bye" });
    await expect(a.next()).rejects.toThrow("ended with 3001");
  });

  test("rejects with the status and the body of a refusal", async () => {
    const a = connect(`${url}/no`);
    await expect(a.opened).rejects.toThrow(Refused);
    await expect(a.opened).rejects.toMatchObject({ status: 401, body: "Unauthorized" });
    await expect(a.next()).rejects.toThrow("refused with 401");
  });

  test("names the event that did not come in time", async () => {
    const a = connect(url, { patience: 100 });
    await a.opened;
    await expect(a.next()).rejects.toThrow("no message within 100 ms");
    a.send("later");
    expect(await a.next()).toBe("later");
  });
});
