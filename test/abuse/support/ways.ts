import { clientFrame } from "../../support/raw-socket.ts";
import { Attacker } from "./attacker.ts";
import type { Victim } from "./victim.ts";

/** A way by which one client makes a server hold memory. */
export interface Way {
  readonly name: string;
  /** After how many seconds the memory is measured, where the server needs some time to notice. Default 2. */
  readonly seconds?: number;
  /** What one client may make the server hold, MiB, where it is more than elsewhere on the route. */
  readonly most?: number;
  /** How many clients do it: more where the server itself grows, whatever their number. Default 24. */
  readonly clients?: number;
  attack(victim: Victim): Promise<unknown>;
}

/** Those that made the server hold most: they are tried in every run of the slow tests, the others by hand. */
export const HEAVIEST: ReadonlySet<string> = new Set([
  "one attribute that is set 500 times",
  "echoes of 60 KB that are not read",
  "1 MiB in 4,000 fragments that do not end",
  "2,000 requests at once",
]);

export const many = (count: number, frame: Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => frame));
export const text = (message: string): Buffer => clientFrame(0x81, message);
const LIMIT = 1_048_576;

export const sends = (name: string, bytes: () => Buffer): Way => ({
  name,
  attack: async (victim) => (await Attacker.upgrade(victim)).write(bytes()),
});

export const sendsUnread = (name: string, times: number, bytes: () => Buffer): Way => ({
  name,
  // It is closed at once, and disconnected 5 s later.
  seconds: 8,
  attack: async (victim) => {
    const client = await Attacker.upgrade(victim);
    client.stopReading();
    await client.flood(bytes(), { times, ms: 1500 });
  },
});

export const dials = (name: string, bytes: string | Buffer): Way => ({
  name,
  attack: async (victim) => (await Attacker.dial(victim)).write(bytes),
});

export const head = (path: string, ...lines: string[]): string =>
  [`GET ${path} HTTP/1.1`, "Host: 127.0.0.1", ...lines, ""].join("\r\n");

/** What every client can do, whatever the script. */
export const WAYS: readonly Way[] = [
  dials("a connection that sends nothing", ""),
  dials("15 KiB of headers that do not end", head("/ws/target", `Cookie: ${"c".repeat(15_000)}`)),
  dials(
    "a body of 1 MiB that lacks a byte",
    `${head("/http", `Content-Length: ${LIMIT}`)}\r\n${"b".repeat(LIMIT - 1)}`,
  ),
  dials("2,000 requests at once", `${head("/http")}\r\n`.repeat(2000)),
  {
    name: "15 KiB of headers of a session",
    attack: (victim) => Attacker.upgrade(victim, { Cookie: "c".repeat(15_000) }),
  },
  {
    name: "15 KiB of a session's query",
    attack: (victim) => Attacker.upgrade(victim, {}, `${victim.path}?q=${"q".repeat(15_000)}`),
  },
  {
    name: "15 KiB of extensions and subprotocols",
    attack: (victim) =>
      Attacker.upgrade(victim, {
        "Sec-WebSocket-Extensions": "x-a, ".repeat(1500).concat("x-b"),
        "Sec-WebSocket-Protocol": Array.from({ length: 1000 }, (_, at) => `p${at}`).join(", "),
      }),
  },
  {
    name: "a handshake that its script never decides about",
    attack: async (victim) => {
      const client = await Attacker.dial(victim);
      await client.write(
        head(
          "/ws/slow",
          ...["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"],
          ...["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", `Cookie: ${"c".repeat(15_000)}`],
        ).concat("\r\n"),
      );
    },
  },
  {
    name: "frames behind a handshake that is not decided",
    attack: async (victim) => {
      const client = await Attacker.dial(victim);
      await client.write(
        head(
          "/ws/slow",
          ...["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"],
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ).concat("\r\n"),
      );
      await Promise.race([client.flood(text("x".repeat(60_000)), { times: 64, ms: 500 }), client.ended]);
    },
  },
  sends("a frame of 1 MiB that lacks a byte", () => clientFrame(0x82, Buffer.alloc(LIMIT)).subarray(0, -1)),
  sends("a frame that announces 1 MiB, and nothing of it", () => clientFrame(0x82, "", LIMIT)),
  sends("1 MiB in 4,000 fragments that do not end", () =>
    Buffer.concat([clientFrame(0x02, "a"), many(4000, clientFrame(0x00, Buffer.alloc(262)))]),
  ),
  sends("4,000 fragments of a byte that do not end", () =>
    Buffer.concat([clientFrame(0x01, "a"), many(4000, clientFrame(0x00, "a"))]),
  ),
  {
    name: "fragments of a byte that each keep a read",
    attack: async (victim) => {
      const client = await Attacker.upgrade(victim);
      for (let reads = 0; reads < 8; reads += 1) {
        const pongs = many(12, clientFrame(0x8a, Buffer.alloc(125)));
        await client.write(Buffer.concat([clientFrame(reads === 0 ? 0x01 : 0x00, "a"), pongs]));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  },
  {
    name: "a frame that comes in 2,000 packets",
    attack: async (victim) => {
      const client = await Attacker.upgrade(victim);
      await client.write(clientFrame(0x82, "", LIMIT));
      for (let at = 0; at < 2000; at += 1) {
        await client.write("a");
        if (at % 4 === 0) await new Promise(setImmediate);
      }
    },
  },
  sendsUnread("echoes of 60 KB that are not read", 200, () => text("x".repeat(60_000))),
  sendsUnread("echoes of 1 MB that are not read", 12, () => text("x".repeat(1_000_000))),
  sendsUnread("echoes of a byte that are not read", 200, () => many(500, text("x"))),
  sendsUnread("pongs that are not read", 40, () => many(2, clientFrame(0x89, Buffer.alloc(125)))),
  sends("128 rooms with names of 255 bytes", () =>
    Buffer.concat(Array.from({ length: 128 }, (_, at) => text(`join ${String(at).padStart(255, "r")}`))),
  ),
  sends("1,000 rooms, asked for at once", () =>
    Buffer.concat(Array.from({ length: 1000 }, (_, at) => text(`join r${at}-${Math.random()}`))),
  ),
  sends("1,000 attributes", () =>
    Buffer.concat(Array.from({ length: 1000 }, (_, at) => text(`keep ${at} v`))),
  ),
  sends("64 KiB of attributes", () =>
    Buffer.concat(Array.from({ length: 16 }, (_, at) => text(`keep ${at} ${"v".repeat(4000)}`))),
  ),
  sends("one attribute that is set 500 times", () => many(500, text(`keep a ${"v".repeat(10_000)}`))),
  sends("a close, and messages behind it", () =>
    Buffer.concat([clientFrame(0x88, Buffer.from([3, 232])), many(100, text("x".repeat(1000)))]),
  ),
  {
    name: "100 connections that are reset",
    attack: async (victim) => {
      const clients = await Promise.all(Array.from({ length: 100 }, () => Attacker.upgrade(victim)));
      for (const client of clients) client.reset();
    },
  },
];
