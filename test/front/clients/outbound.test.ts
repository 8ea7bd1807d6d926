import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { onTestFinished, expect, test } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import type { ClientPeer } from "../../../src/boundary/commands.ts";
import {
  NO_HOLDS,
  type ConnectionHold,
  type ConnectionHolder,
  type ConnectionHolds,
} from "../../../src/front/clients/connection-holds.ts";
import { Outbound } from "../../../src/front/clients/outbound.ts";
import type { ClientEvent } from "../../../src/boundary/events.ts";

const LIMITS = {
  handshakeTimeout: 2000,
  closeTimeout: 1000,
  maxPayload: 1024,
  unsentLimit: 64 * 1024,
  share: { events: 1000, bytes: 1_048_576 },
  admits: (open: number) => open < 3,
};
const OWNER = { slot: 1, script: "program bolt/a" } as const;

/** Outbound connections, and the events that their host gets: a text each. */
class Recorder {
  readonly events: string[] = [];
  readonly #waiting = new Set<() => void>();
  readonly outbound: Outbound;

  constructor(limits: Partial<typeof LIMITS> = {}, holds: ConnectionHolds = NO_HOLDS) {
    this.outbound = new Outbound(
      { ...LIMITS, ...limits },
      {
        push: (slot, event) => {
          this.events.push(`${slot}:${textOf(event)}`);
          for (const look of [...this.#waiting]) look();
        },
      },
      holds,
    );
    onTestFinished(() => this.outbound.endAll());
  }

  /** Resolves when an event that matches has come. */
  readonly hears = async (what: RegExp): Promise<string> => {
    for (;;) {
      const found = this.events.find((text) => what.test(text));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        const look = (): void => (this.#waiting.delete(look), resolve());
        this.#waiting.add(look);
      });
    }
  };
}

function textOf(event: ClientEvent): string {
  if (event.kind === "clientOpen") return `${event.client} open`;
  if (event.kind === "clientError") return `${event.client} error ${event.message}`;
  if (event.kind === "clientClose") return `${event.client} close ${event.code} ${event.reason}`.trimEnd();
  const { data } = event;
  return `${event.client} message ${typeof data === "string" ? data : `<${[...data].join(" ")}>`}`;
}

/** A connection that each node opens. */
const peer = (url: string): ClientPeer => ({ url, once: null });

/** A cluster in which a test decides what this node holds. */
class TestHolds implements ConnectionHolds {
  readonly asked = new Map<string, ConnectionHolder>();
  readonly released: string[] = [];

  ask(name: string, holder: ConnectionHolder): ConnectionHold {
    this.asked.set(name, holder);
    return { release: () => void this.released.push(name) };
  }
}

/** A server outside Parlor, which sends each message back. */
async function echo(onConnection: (socket: WebSocket) => void = () => undefined): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => {
    socket.on("message", (data, isBinary) => socket.send(data as Buffer, { binary: isBinary }));
    onConnection(socket);
  });
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A server that sees with what code its first client closes. */
async function closing(): Promise<{ url: string; code: Promise<number> }> {
  let resolve: (code: number) => void = () => undefined;
  const code = new Promise<number>((resolved) => (resolve = resolved));
  return { url: await echo((socket) => socket.on("close", (got) => resolve(got))), code };
}

async function plainServer(): Promise<Server> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return server;
}

test("messages and a close that are sent before the connection is open arrive in order once it is", async () => {
  const { outbound, hears, events } = new Recorder();
  outbound.connect(OWNER, 7, peer(await echo()));
  outbound.send(1, 7, "a");
  outbound.send(1, 7, new Uint8Array([1, 2]));
  await hears(/message <1 2>/);
  expect(events).toEqual(["1:7 open", "1:7 message a", "1:7 message <1 2>"]);
  outbound.close(1, 7, 1000, "done");
  await hears(/close/);
  expect(events.at(-1)).toBe("1:7 close 1000 done");
  expect(outbound.size).toBe(0);
  expect(outbound.counts).toMatchObject({ asked: 1, opened: 1, failed: 0, sent: 2, received: 2, dropped: 0 });
});

test("a close before the opening lets the messages before it through", async () => {
  const got: string[] = [];
  const url = await echo((socket) => socket.on("message", (data: Buffer) => got.push(data.toString())));
  const { outbound, hears } = new Recorder();
  outbound.connect(OWNER, 1, peer(url));
  outbound.send(1, 1, "last words");
  outbound.close(1, 1, 1000, "");
  outbound.send(1, 1, "too late");
  await hears(/close 1000/);
  expect(got).toEqual(["last words"]);
  expect(outbound.counts.dropped).toBe(1);
});

test("an address that refuses is an error and then a close", async () => {
  const server = await plainServer();
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const { outbound, hears, events } = new Recorder();
  outbound.connect(OWNER, 3, peer(`ws://127.0.0.1:${port}/`));
  await hears(/close/);
  expect(events).toEqual([`1:3 error connect ECONNREFUSED 127.0.0.1:${port}`, "1:3 close 1006"]);
  expect(outbound.counts.failed).toBe(1);
});

test.each(["nonsense", "http//x", "ftp://x/", "ws://", "ws://x:99999/"])(
  "the malformed address %j is an error and then a close",
  (url) => {
    const { outbound, events } = new Recorder();
    outbound.connect(OWNER, 3, peer(url));
    expect(events).toEqual([expect.stringMatching(/^1:3 error .+/), "1:3 close 1006"]);
    expect(outbound.size).toBe(0);
  },
);

test("a server that answers no handshake is an error", async () => {
  const server = await plainServer();
  server.on("connection", (socket) => socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"));
  const { outbound, hears, events } = new Recorder();
  outbound.connect(OWNER, 4, peer(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`));
  await hears(/close/);
  expect(events).toEqual(["1:4 error Unexpected server response: 403", "1:4 close 1006"]);
});

test("a connection to a wss: address speaks TLS", async () => {
  const server = await plainServer();
  const first = new Promise<number | undefined>((resolve) =>
    server.on("connection", (socket) => socket.once("data", (data) => (resolve(data[0]), socket.destroy()))),
  );
  const { outbound, hears } = new Recorder();
  outbound.connect(OWNER, 4, peer(`wss://127.0.0.1:${(server.address() as AddressInfo).port}/`));
  const HANDSHAKE_RECORD = 22;
  expect(await first).toBe(HANDSHAKE_RECORD);
  await hears(/error/);
  await hears(/close 1006/);
});

test("the messages that wait for the opening are bounded, and one error reports it", async () => {
  const server = await plainServer();
  const { outbound, hears, events } = new Recorder();
  outbound.connect(OWNER, 5, peer(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`));
  for (let i = 0; i < 80; i += 1) outbound.send(1, 5, "x".repeat(1024));
  await hears(/close/);
  expect(events.filter((text) => text.includes("error"))).toEqual([
    "1:5 error more than 65536 bytes wait to be sent (the connection is not open yet), so the connection is cut",
  ]);
  expect(outbound.counts.sent).toBe(64);
});

test("a message that is too large ends the connection", async () => {
  const url = await echo((socket) => socket.send("x".repeat(2000)));
  const { outbound, hears, events } = new Recorder();
  outbound.connect(OWNER, 6, peer(url));
  await hears(/close 1006|close 1009/);
  expect(events.some((text) => text.startsWith("1:6 message"))).toBe(false);
  expect(events.some((text) => text.startsWith("1:6 error Max payload size exceeded"))).toBe(true);
});

test("a host that is over gets no more events, and its connections end", async () => {
  const { url, code } = await closing();
  const { outbound, hears, events } = new Recorder();
  outbound.connect(OWNER, 1, peer(url));
  outbound.connect({ slot: 2, script: "program bolt/b" }, 1, peer(url));
  await hears(/1:1 open/);
  await hears(/2:1 open/);
  outbound.end(1);
  expect(await code).toBe(1001);
  outbound.send(1, 1, "ended");
  outbound.send(2, 1, "still here");
  await hears(/2:1 message still here/);
  expect(events.filter((text) => text.startsWith("1:"))).toEqual(["1:1 open"]);
  expect(outbound.size).toBe(1);
});

test("while too much waits for the host its connections are not read", async () => {
  const sockets: WebSocket[] = [];
  const url = await echo((socket) => sockets.push(socket));
  const { outbound, hears, events } = new Recorder();
  outbound.connect(OWNER, 1, peer(url));
  await hears(/open/);
  outbound.setPressure(1, true);
  sockets[0]?.send("held");
  // By the time that another client has a reply, it would have come.
  outbound.connect({ slot: 2, script: "program bolt/b" }, 1, peer(url));
  outbound.send(2, 1, "there and back");
  await hears(/2:1 message/);
  expect(events.filter((text) => text.startsWith("1:"))).toEqual(["1:1 open"]);
  outbound.setPressure(1, false);
  await hears(/message held/);
});

test.each([0, 999, 1005, 1006, 2000, 70_000])(
  "a close with the code %i is one without a code",
  async (code) => {
    const { url, code: received } = await closing();
    const { outbound } = new Recorder();
    outbound.connect(OWNER, 1, peer(url));
    outbound.close(1, 1, code, "x".repeat(200));
    expect(await received).toBe(1005);
  },
);

test("a connection beyond those that a host may have fails, and one that has closed makes room", async () => {
  const { outbound, events, hears } = new Recorder();
  for (const client of [1, 2, 3, 4]) outbound.connect(OWNER, client, peer("ws://127.0.0.1:1/"));
  expect(events).toEqual([
    "1:4 error too many connections to other servers are open; close some first",
    "1:4 close 1006",
  ]);
  for (const client of [1, 2, 3]) await hears(new RegExp(`^1:${client} close`));
  outbound.connect(OWNER, 5, peer("ws://127.0.0.1:1/"));
  expect(outbound.size).toBe(1);
});

test("a connection that the cluster has once waits until this node holds it, and so do messages to it", async () => {
  const holds = new TestHolds();
  const { outbound, hears, events } = new Recorder({}, holds);
  outbound.connect(OWNER, 1, { url: await echo(), once: "feed" });
  outbound.send(1, 1, "subscribe");
  await new Promise(setImmediate);
  expect([outbound.counts.opened, events]).toEqual([0, []]);
  holds.asked.get("program bolt/a feed")!.onHeld();
  await hears(/1 message subscribe/);
  expect(events).toEqual(["1:1 open", "1:1 message subscribe"]);
  outbound.close(1, 1, 1000, "");
  await hears(/1 close 1000/);
  expect(holds.released).toEqual(["program bolt/a feed"]);
});

test("a connection is cut when another node of the cluster may have it", async () => {
  const holds = new TestHolds();
  const { outbound, hears, events } = new Recorder({}, holds);
  outbound.connect(OWNER, 1, { url: await echo(), once: "feed" });
  const holder = holds.asked.get("program bolt/a feed")!;
  holder.onHeld();
  await hears(/1 open/);
  holder.onLost("the lease is over");
  await hears(/1 close/);
  expect(events).toEqual(["1:1 open", "1:1 error the lease is over", "1:1 close 1006"]);
});

test("a connection that waits for another node ends at its close, and with its host", async () => {
  const holds = new TestHolds();
  const { outbound, events } = new Recorder({}, holds);
  outbound.connect(OWNER, 1, { url: "ws://127.0.0.1:1/", once: "a" });
  outbound.connect(OWNER, 2, { url: "ws://127.0.0.1:1/", once: "b" });
  outbound.close(1, 1, 1000, "");
  expect([events, holds.released]).toEqual([["1:1 close 1000"], ["program bolt/a a"]]);
  outbound.end(1);
  expect(holds.released).toEqual(["program bolt/a a", "program bolt/a b"]);
  expect([events.length, outbound.size]).toEqual([1, 0]);
});

test("messages to a connection that waits for another node are bounded", async () => {
  const holds = new TestHolds();
  const { outbound, events } = new Recorder({}, holds);
  outbound.connect(OWNER, 1, { url: "ws://127.0.0.1:1/", once: "a" });
  for (let at = 0; at < 3; at += 1) outbound.send(1, 1, "x".repeat(30 * 1024));
  expect(events).toEqual([expect.stringMatching(/1 error more than 65536 bytes wait/), "1:1 close 1006"]);
  expect(holds.released).toEqual(["program bolt/a a"]);
});
