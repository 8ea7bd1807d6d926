import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { LogRecorder } from "../support/log-recorder.ts";
import { RawSocket, upgradeRequest } from "../support/raw-socket.ts";
import { serve, type ParlorServer } from "../../src/server/serve.ts";
import { connect } from "../support/client.ts";
import { folderOf } from "../support/running-app.ts";
import { cpuTime } from "../support/cpu-time.ts";

const files = {
  "ws/echo.js": "export function onMessage(session, text) { session.send(text); }",
  // Its decision takes a turn of the thread, so that a client can leave meanwhile. Each accepted session is also closed.
  "ws/asked.js": `
export const scope = "route";
let here = 0;
let seen = 0;
export async function onUpgrade() { await null; here++; return true; }
export function onOpen() { seen++; }
export function onMessage(session) { session.send(JSON.stringify({ here, seen })); }
export function onClose() { here--; }
`,
  "ws/slow.js":
    "export async function onUpgrade() { await new Promise(() => {}); }\nexport function onOpen() {}",
};

/** Headers that mean nothing, before those that count. */
const manyHeaders = (count: number, value: string): string => {
  const lines = Array.from({ length: count }, (_, at) => `h${at}: ${value}\r\n`).join("");
  return upgradeRequest("/ws/echo").replace("\r\n", `\r\n${lines}`);
};
const extensions = (value: string): string =>
  upgradeRequest("/ws/echo", { "Sec-WebSocket-Extensions": value });
const changed = (name: string, value: string | null): string => upgradeRequest("/ws/echo", { [name]: value });
const started = (line: string): string => upgradeRequest("/ws/echo", {}, line);

/** Requests that are wrong, and with what they may be answered. */
const improper: Readonly<Record<string, readonly [bytes: string, statuses: readonly number[]]>> = {
  "no key": [changed("Sec-WebSocket-Key", null), [400]],
  "a short key": [changed("Sec-WebSocket-Key", "short"), [400]],
  "an empty key": [changed("Sec-WebSocket-Key", ""), [400]],
  "two keys": [changed("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: x"), [400]],
  "version 12": [changed("Sec-WebSocket-Version", "12"), [426]],
  "no version": [changed("Sec-WebSocket-Version", null), [426]],
  "another upgrade": [changed("Upgrade", "h2c"), [426]],
  "two upgrades": [changed("Upgrade", "websocket, h2c"), [400, 426]],
  "the method POST": [started("POST /ws/echo HTTP/1.1"), [405]],
  "a method of one's own": [started("BREW /ws/echo HTTP/1.1"), [400]],
  "no Upgrade header": [changed("Upgrade", null), [426]],
  "no Connection header": [changed("Connection", null), [426]],
  "an ordinary Connection header": [changed("Connection", "keep-alive"), [426]],
  "no Host": [changed("Host", null), [400]],
  "2,100 headers": [manyHeaders(2100, "longer"), [431]],
  "a header of 64 KiB": [changed("X-Long", "x".repeat(65_536)), [431]],
  "a path of 20,000 characters": [upgradeRequest(`/ws/${"a".repeat(20_000)}`), [414, 431]],
  "an extension header that is none": [extensions("permessage-deflate; ;"), [400]],
  "an extension with a wrong window": [extensions("permessage-deflate; client_max_window_bits=99"), [400]],
  "a subprotocol that is none": [changed("Sec-WebSocket-Protocol", "a,,b"), [400]],
  "a header name that is none": [changed("X Y", "z"), [400]],
  "a header value that is none": [changed("X-Y", "a\u0000b"), [400]],
  "a version of HTTP that is none": [started("GET /ws/echo HTTP/3.7"), [400, 505]],
  "no request at all": ["\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n", [400]],
  "a frame in place of a request": ["\u0081\u0085\u0000\u0000\u0000\u0000hello\r\n\r\n", [400]],
};

async function dial({ port }: ParlorServer, bytes: string): Promise<RawSocket> {
  const raw = await RawSocket.open(port);
  onTestFinished(() => raw.terminate());
  raw.write(bytes);
  return raw;
}

describe("a long response with an upgrade pipelined behind its request", () => {
  const BYTES = 3_000_000;
  const behind = `Host: localhost\r\n\r\n${upgradeRequest("/ws/echo")}`;
  const files = {
    "ws/echo.js": "export function onMessage() {}",
    "public/long.txt": "x".repeat(BYTES),
    "http/long.js": `export const GET = () => new Response("x".repeat(${BYTES}));`,
    "http/parts.js": `export const GET = () => new Response(new ReadableStream({
      async start(parts) {
        for (let i = 0; i < 30; i += 1) {
          parts.enqueue(new Uint8Array(${BYTES / 30}));
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        parts.close();
      },
    }));`,
  };

  it.each(["/long.txt", "/long", "/parts"])("%s is sent whole, before the refusal", async (path) => {
    const server = await serve({ dir: folderOf(files), port: 0, log: new LogRecorder().log });
    onTestFinished(() => server.close());
    const received = await (await dial(server, `GET ${path} HTTP/1.1\r\n${behind}`)).toEnd();
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    const refusal = received.indexOf("HTTP/1.1 400 ");
    expect(refusal).toBeGreaterThan(BYTES);
  });
});

describe.each([false, true])("improper requests, deflate: %s", (deflate) => {
  let server: ParlorServer;
  const log = new LogRecorder();
  const dir = folderOf(files, afterAll);

  beforeAll(async () => {
    server = await serve({ dir, port: 0, log: log.log, deflate });
  });
  afterAll(() => server.close());

  async function lives(): Promise<void> {
    const client = connect(`${server.url.replace("http", "ws")}/ws/echo`);
    client.send("alive");
    expect(await client.next()).toBe("alive");
    client.terminate();
    await expect.poll(() => server.sessionCount, { interval: 5 }).toBe(0);
  }

  it.each(Object.entries(improper))(
    "%s is refused, and the server goes on",
    async (name, [bytes, statuses]) => {
      // Without compression, the extension header is ignored.
      const expected = !deflate && name.startsWith("an extension") ? [101] : statuses;
      const raw = await dial(server, bytes);
      expect(expected).toContain(await raw.status());
      if (!expected.includes(101)) expect(server.sessionCount).toBe(0);
      raw.terminate();
      await lives();
    },
  );

  // Node drops headers beyond 2,000 by default: those of a proxy come last.
  it("2,100 headers that are short enough are all read", async () => {
    const raw = await dial(server, manyHeaders(2100, ""));
    expect(await raw.status()).toBe(101);
    raw.terminate();
    await lives();
  });

  it("10 KB of extensions cost no time", async () => {
    const spent = await cpuTime(async () => {
      for (const value of [
        "permessage-deflate,".repeat(500) + "x",
        "x;".repeat(5000) + "y",
        `x; y="${'\\"'.repeat(5000)}"`,
      ]) {
        const raw = await dial(server, extensions(value));
        expect([101, 400]).toContain(await raw.status());
        raw.terminate();
      }
    });
    expect(spent).toBeLessThan(1000);
    await lives();
  });

  it("none of them is a fault, and none is logged as one: headers over their limit have one line", async () => {
    await lives();
    expect(server.health["faults"]).toBe(0);
    const lines = log.entries.filter(({ level }) => level === "error" || level === "warn");
    expect(lines.map(({ fields }) => fields["code"])).toEqual(["PARLOR_LIMIT"]);
  });
});

describe("a server whose clients leave without a close", () => {
  let server: ParlorServer;
  const dir = folderOf(files, afterAll);

  beforeAll(async () => {
    server = await serve({ dir, port: 0, log: new LogRecorder().log, handshakeTimeout: 300 });
    await startHost();
  });
  afterAll(() => server.close());

  // The thread that decides starts with its first client, which may get 503 meanwhile: the tests need one that runs.
  async function startHost(): Promise<void> {
    for (let status = 0; status !== 101;) {
      const raw = await RawSocket.open(server.port);
      raw.write(upgradeRequest("/ws/asked"));
      status = await raw.status();
      raw.reset();
    }
  }

  /** What the route that counts has seen of its sessions, the one that asks included. */
  async function counted(): Promise<{ here: number; seen: number }> {
    const client = connect(`${server.url.replace("http", "ws")}/ws/asked`);
    client.send("?");
    const counts = (await client.nextJson()) as { here: number; seen: number };
    client.terminate();
    return counts;
  }

  const empty = () => expect.poll(() => server.sessionCount, { timeout: 5000, interval: 5 }).toBe(0);

  it("forgets 50 that leave in the middle of the request", async () => {
    await empty();
    const { seen } = await counted();
    const request = upgradeRequest("/ws/asked");
    for (let at = 1; at <= 50; at++) {
      const raw = await RawSocket.open(server.port);
      raw.write(request.slice(0, Math.floor((request.length * at) / 51)));
      raw.reset();
    }
    await empty();
    expect(await counted()).toEqual({ here: 1, seen: seen + 1 });
  });

  it("forgets 50 that leave right after the request", async () => {
    const dialled = Array.from({ length: 50 }, async () => {
      const raw = await RawSocket.open(server.port);
      raw.socket.write(upgradeRequest("/ws/asked"), () => raw.reset());
    });
    await Promise.all(dialled);
    await empty();
    await expect.poll(async () => (await counted()).here).toBe(1);
    await empty();
  });

  it("forgets 50 that leave when the 101 has come", async () => {
    const dialled = Array.from({ length: 50 }, async () => {
      const raw = await RawSocket.open(server.port);
      raw.write(upgradeRequest("/ws/asked"));
      expect(await raw.status()).toBe(101);
      raw.reset();
    });
    await Promise.all(dialled);
    await empty();
    await expect.poll(async () => (await counted()).here).toBe(1);
    await empty();
  });

  it("forgets 200 that leave at once, in the middle of their messages", async () => {
    const url = `${server.url.replace("http", "ws")}/ws/asked`;
    const clients = Array.from({ length: 200 }, () => connect(url));
    await Promise.all(clients.map((client) => client.opened));
    for (const client of clients) for (let count = 0; count < 20; count++) client.send("?");
    const socketOf = (client: (typeof clients)[0]) =>
      (client.socket as unknown as { _socket: RawSocket["socket"] })._socket;
    for (const client of clients) socketOf(client).resetAndDestroy();
    await empty();
    await expect.poll(async () => (await counted()).here).toBe(1);
    await empty();
  });

  it("has no sessions, faults or queued messages left after them", async () => {
    const health = server.health as { sessions: number; faults: number; messages: { queued: number } };
    expect([health.sessions, health.faults, health.messages.queued]).toEqual([0, 0, 0]);
  });
});

describe("a slow client", () => {
  let server: ParlorServer;
  const dir = folderOf(files, afterAll);

  beforeAll(async () => {
    server = await serve({
      dir,
      port: 0,
      log: new LogRecorder().log,
      handshakeTimeout: 200,
      shutdownGrace: 50,
    });
  });
  afterAll(() => server.close());

  it("gets 408 when its headers do not come in time", async () => {
    const raw = await RawSocket.open(server.port);
    raw.write("GET /ws/echo HTTP/1.1\r\nHost: h\r\n");
    const drip = setInterval(() => raw.write("X-Slow: yes\r\n"), 20);
    expect(await raw.toEnd()).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(drip);
  });

  it("gets 408 when it sends nothing at all", async () => {
    const raw = await RawSocket.open(server.port);
    expect(await raw.toEnd()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("gets 503 when the script does not decide in time", async () => {
    const raw = await dial(server, upgradeRequest("/ws/slow"));
    expect(await raw.toEnd()).toMatch(/^HTTP\/1\.1 503 /);
    expect(server.health["faults"]).toBe(0);
  });
});
