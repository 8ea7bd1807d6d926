import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { serveOn, type ServedApp } from "../support/served-app.ts";

const SCRIPT = `
  let open = [];
  export const scope = "route";
  export async function GET(request) {
    const { pathname } = new URL(request.url);
    return new Response("hello");
  }
  export async function PUT() {
    await new Promise((resolve) => open.push(resolve));
    return new Response("late");
  }
  export function DELETE() {
    const released = open.splice(0);
    for (const resolve of released) resolve();
    return new Response(String(released.length));
  }
  export async function POST(request) { return new Response(String((await request.arrayBuffer()).byteLength)); }
`;
const LARGE = `export function GET() { return new Response("x".repeat(12_000_000)); }`;

async function dial(app: ServedApp): Promise<Socket> {
  const socket = connect(app.server.port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

function request(method: string, path: string, ...more: string[]): string {
  return [`${method} ${path} HTTP/1.1`, "Host: localhost", ...more, "", ""].join("\r\n");
}

async function all(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (part: Buffer) => (text += part.toString()));
  await once(socket, "close");
  return text;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("a connection has up to 16 requests open, the others wait for them, and all get a response", async () => {
  const app = await serveOn("thread", { "http/a.js": SCRIPT });
  const socket = await dial(app);
  const text = all(socket);
  socket.write(request("PUT", "/a").repeat(999) + request("PUT", "/a", "Connection: close"));
  let isClosed = false;
  void once(socket, "close").then(() => (isClosed = true));
  let most = 0;
  while (!isClosed) most = Math.max(most, Number(await (await app.fetch("/a", { method: "DELETE" })).text()));
  expect((await text).match(/HTTP\/1\.1 200/g)).toHaveLength(1000);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(16);
});

test("a pipeline of 60 requests gets 60 responses, in order", async () => {
  const app = await serveOn("thread", { "http/a.js": SCRIPT });
  const socket = await dial(app);
  const text = all(socket);
  socket.write(request("GET", "/a").repeat(59) + request("GET", "/a", "Connection: close"));
  expect((await text).match(/hello/g)).toHaveLength(60);
});

test("requests beyond maxRequests get 503, and as soon as there is room others are handled", async () => {
  const app = await serveOn("thread", { "http/a.js": SCRIPT }, { maxRequests: 20 });
  const waiting = await Promise.all(Array.from({ length: 20 }, () => dial(app)));
  for (const socket of waiting) socket.write(request("PUT", "/a"));
  let refusal = await app.fetch("/a");
  while (refusal.status !== 503) refusal = await app.fetch("/a");
  expect(refusal.headers.get("retry-after")).toBe("1");
  for (let again = 0; again < 5; again += 1) expect((await app.fetch("/a")).status).toBe(503);
  const lines = app.log.entries.filter(({ text }) => text.includes("(maxRequests)"));
  expect(lines.map(({ fields, text }) => [fields["code"], text.slice(0, 62)])).toEqual([
    ["PARLOR_LIMIT", "1 request was refused with 503, the last from 127.0.0.1: 20 ha"],
  ]);
  for (const socket of waiting) socket.destroy();
  for (let status = 503; status === 503;) status = (await app.fetch("/a")).status;
});

test("bodies that have not arrived whole are bounded together", async () => {
  const app = await serveOn("thread", { "http/a.js": SCRIPT }, { bodyTotal: 1_048_576 });
  const half = await dial(app);
  half.write(request("POST", "/a", "Content-Length: 1000001"));
  half.write("x".repeat(1_000_000));
  // Of two bodies the later one is refused: the server has read the first one after so many turns of its loop.
  for (let turns = 0; turns < 100; turns += 1) await (await app.fetch("/a")).text();
  let status = 0;
  while (status !== 503) {
    const response = await app.fetch("/a", { method: "POST", body: "x".repeat(200_000) }).catch(() => null);
    status = response?.status ?? status;
  }
  half.destroy();
  while (status !== 200) {
    const response = await app.fetch("/a", { method: "POST", body: "x".repeat(200_000) }).catch(() => null);
    status = response?.status ?? status;
  }
});

test("an upload that is under way when the server stops is handled, and onStop comes after it", async () => {
  const app = await serveOn(
    "thread",
    {
      "http/a.js": `
        export async function POST(request) { return new Response("got " + (await request.text()).length); }
        export function onStop() { console.log("stopped"); }`,
    },
    { shutdownGrace: 8000 },
  );
  const socket = await dial(app);
  const text = all(socket);
  socket.write(request("POST", "/a", "Content-Length: 200000", "Expect: 100-continue"));
  await once(socket, "data");
  socket.write("x".repeat(100_000));
  const closed = app.server.close();
  // The drain is over for all else: there are no sessions.
  await until(() => app.server.isDraining);
  for (let turns = 0; turns < 200; turns += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  socket.write("x".repeat(100_000));
  expect(await text).toContain("got 200000");
  await closed;
  await app.log.find(/stopped/);
});

test("a client that takes nothing of its response is disconnected", { timeout: 20_000 }, async () => {
  const app = await serveOn("thread", { "http/large.js": LARGE }, { unsentTimeout: 1000 });
  const socket = await dial(app);
  socket.pause();
  socket.write(request("GET", "/large"));
  await new Promise((resolve) => {
    socket.once("close", resolve);
    // Only a write shows that the connection has been reset.
    const timer = setInterval(() => socket.write("\r\n"), 5);
    onTestFinished(() => clearInterval(timer));
  });
  expect(app.server.health.limits.unsentTimeout).toBe(1);
  await app.log.find(/1 connection was closed, the last from 127\.0\.0\.1: .* for 1000 ms \(unsentTimeout\)/);
});

test("responses that are not read are bounded together", { timeout: 20_000 }, async () => {
  const app = await serveOn("thread", { "http/large.js": LARGE }, { unsentTotal: 20_000_000 });
  const sockets = await Promise.all(Array.from({ length: 8 }, () => dial(app)));
  let lost = 0;
  for (const socket of sockets) {
    socket.pause();
    socket.once("close", () => (lost += 1));
    socket.write(request("GET", "/large"));
    const timer = setInterval(() => socket.write("\r\n"), 5);
    onTestFinished(() => clearInterval(timer));
  }
  await until(() => lost >= 4);
  expect(lost).toBeLessThan(8);
  expect(app.server.health.limits.unsentTotal).toBeGreaterThanOrEqual(lost);
});
