// Limits of HTTP connections that have to fit those of a proxy in front.
import { describe, expect, it } from "vitest";
import { defaults } from "../../../src/config.ts";
import { RunningApp, folderOf } from "../../support/running-app.ts";
import type { RawSocket } from "../../support/raw-socket.ts";

const files = {
  "http/hello.js": 'export const GET = () => new Response("hello"); export const POST = GET;',
  "scripting/own.js": `
    const server = new HttpServer();
    server.registerHandler("/hello", () => HttpResponse.ok("own"));
    server.start({ port: 0 });
    console.log("port", server.port);`,
};
const GET = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n";

const answers = (socket: RawSocket, count: number): Promise<void> =>
  socket.until(() => socket.received.split("HTTP/1.1 200 OK").length > count, `answer ${count}`);

describe("an idle connection", () => {
  it("stays open for longer than common proxies keep theirs, and says so", async () => {
    const app = await RunningApp.serve(folderOf(files));
    const { text } = await app.log.find(/^port \d+/);
    for (const url of [app.server.url, `http://127.0.0.1:${text.slice(5)}`]) {
      const response = await fetch(`${url}/hello`);
      expect(response.headers.get("keep-alive")).toBe("timeout=75");
    }
    expect(defaults.keepAliveTimeout).toBeGreaterThan(60_000);
    // A proxy that pings its own clients less often must not find the sessions of Parlor silent.
    expect(defaults.heartbeat.interval).toBeLessThan(60_000);
  });

  it("is closed after keepAliveTimeout", async () => {
    const app = await RunningApp.serve(folderOf(files), { keepAliveTimeout: 50 });
    const socket = await app.dial(GET);
    expect(await socket.toEnd()).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it("is not cut by the limits of a request, however short they are", async () => {
    const app = await RunningApp.serve(folderOf(files), { handshakeTimeout: 100, requestTimeout: 1000 });
    const idle = await app.dial(GET);
    await answers(idle, 1);
    // Two silent newcomers are cut one after the other: by then the limit has passed for the idle one too.
    for (let count = 0; count < 2; count++)
      expect(await (await app.dial()).toEnd()).toMatch(/^HTTP\/1\.1 408 /);
    idle.write(GET);
    await answers(idle, 2);
  });
});

describe("a request", () => {
  it("gets 408 if its body takes longer than requestTimeout", async () => {
    const app = await RunningApp.serve(folderOf(files), { handshakeTimeout: 100, requestTimeout: 1000 });
    const socket = await app.dial("POST /hello HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhi");
    expect(await socket.toEnd()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("may have headers of maxHeaderSize, on a program's own port too", async () => {
    const app = await RunningApp.serve(folderOf(files), { maxHeaderSize: 65_536 });
    const { text } = await app.log.find(/^port \d+/);
    for (const url of [app.server.url, `http://127.0.0.1:${text.slice(5)}`]) {
      const status = async (size: number): Promise<number> =>
        (await fetch(`${url}/hello`, { headers: { cookie: "x".repeat(size) } })).status;
      expect(await status(60_000)).toBe(200);
      expect(await status(70_000)).toBe(431);
    }
  });
});
