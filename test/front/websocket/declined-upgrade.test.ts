import { once } from "node:events";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Gate } from "../../support/gate.ts";
import { RunningApp, folderOf } from "../../support/running-app.ts";

const OFFER = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";

const start = (): Promise<RunningApp> =>
  RunningApp.serve(
    folderOf({
      "http/hello.js": `export const GET = () => new Response("hello"); export const POST = async (request) => new Response(await request.text());`,
      "ws/chat.js": "export function onMessage() {}",
    }),
  );

test("a request that offers HTTP/2 is handled as if it had offered nothing", async () => {
  const app = await start();
  const socket = await app.dial(`GET /hello HTTP/1.1\r\nHost: a\r\n${OFFER}\r\n`);
  const answer = await socket.toEnd();
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(answer.toLowerCase()).toContain("connection: close");
  expect(answer).toMatch(/hello$/);
});

test("a request that offers HTTP/2 and has a body is refused, because Node does not read the body", async () => {
  const app = await start();
  const socket = await app.dial(`POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n${OFFER}\r\nhi`);
  expect(await socket.toEnd()).toMatch(/^HTTP\/1\.1 400 /);
});

test("a request that offers HTTP/2 at a WebSocket route gets 426, as any plain request there", async () => {
  const app = await start();
  const socket = await app.dial(`GET /ws/chat HTTP/1.1\r\nHost: a\r\n${OFFER}\r\n`);
  expect(await socket.toEnd()).toMatch(/^HTTP\/1\.1 426 /);
});

// Node throws where it cannot be caught when two responses are written to one socket at once.
test("a request that offers HTTP/2 while the previous one has no response yet costs its own connection only", async () => {
  const gate = await Gate.create();
  const app = await RunningApp.serve(
    folderOf({
      "http/slow.js": `export const GET = async () => { ${gate.wait} return new Response("slow"); };`,
      "http/hello.js": `export const GET = () => new Response("hello");`,
    }),
  );
  const slow = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";
  const socket = await app.dial(`${slow}GET /hello HTTP/1.1\r\nHost: a\r\n${OFFER}\r\n`);
  gate.open();
  expect(await socket.toEnd()).toMatch(/^HTTP\/1\.1 200 [^]*slow/);
  expect(await (await fetch(`${app.server.url}/hello`)).text()).toBe("hello");
});

test("a client that keeps its side open after the response does not keep the server from closing", async () => {
  const app = await start();
  const socket = connect({ port: app.server.port, host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  socket.write(`GET /hello HTTP/1.1\r\nHost: a\r\n${OFFER}\r\n`);
  await once(socket.resume(), "end");
  await app.server.close();
});

test("a client that waits for a response that never comes does not keep the server from closing", async () => {
  const app = await RunningApp.serve(
    folderOf({ "http/never.js": `export const GET = () => new Promise(() => console.log("asked"));` }),
    { shutdownGrace: 100 },
  );
  const socket = connect({ port: app.server.port, host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  socket.write(`GET /never HTTP/1.1\r\nHost: a\r\n${OFFER}\r\n`);
  await app.log.find(/asked/);
  await app.server.close();
});

test("a client that does not read its response does not keep the server from closing", async () => {
  const app = await RunningApp.serve(folderOf({ "public/big.txt": "x".repeat(16 * 1024 * 1024) }));
  const socket = connect({ port: app.server.port, host: "127.0.0.1" });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  socket.write(`GET /big.txt HTTP/1.1\r\nHost: a\r\n${OFFER}\r\n`);
  await once(socket, "readable");
  await app.server.close();
});
