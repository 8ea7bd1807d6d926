import { expect, test } from "vitest";
import { RunningApp, folderOf } from "../support/running-app.ts";

const OFFER = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";

const start = (): Promise<RunningApp> =>
  RunningApp.serve(
    folderOf({
      "http/hello.js": `export const GET = () => new Response("hello"); export const POST = async (request) => new Response(await request.text());`,
      "ws/chat.js": "export function onMessage() {}",
    }),
  );

test("a request that offers HTTP/2 is answered as if it had offered nothing", async () => {
  const app = await start();
  const socket = await app.dial(`GET /hello HTTP/1.1\r\nHost: a\r\n${OFFER}\r\n`);
  const answer = await socket.toEnd();
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(answer.toLowerCase()).toContain("connection: close");
  expect(answer).toMatch(/hello$/);
});

test("one with a body, which nobody would read, is refused", async () => {
  const app = await start();
  const socket = await app.dial(`POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n${OFFER}\r\nhi`);
  expect(await socket.toEnd()).toMatch(/^HTTP\/1\.1 400 /);
});

test("so is one for a WebSocket route", async () => {
  const app = await start();
  const socket = await app.dial(`GET /ws/chat HTTP/1.1\r\nHost: a\r\n${OFFER}\r\n`);
  expect(await socket.toEnd()).toMatch(/^HTTP\/1\.1 400 /);
});
