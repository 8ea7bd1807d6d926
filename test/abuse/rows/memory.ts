import { constants, deflateRawSync } from "node:zlib";
import { clientFrame } from "../../support/raw-socket.ts";
import type { Attacker } from "../support/attacker.ts";
import { clientEnds, holdsSoon, repeated, replies, within } from "../support/moves.ts";
import type { Figures } from "../support/row.ts";
import type { Target } from "../support/target.ts";
import { figuresOf } from "../support/victim.ts";
import type { AbuseRow } from "./row-table.ts";

const many = (count: number, bytes: Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => bytes));

/** 100,000 fragments of a message that never ends. */
async function fragments(target: Target, payload: string): Promise<Figures> {
  const client = await target.open();
  await client.write(clientFrame(0x01, payload));
  const packet = many(100, clientFrame(0x00, payload));
  const packets = await client.flood(packet, { times: 1000, ms: 5000 });
  return { code: await clientEnds(client), fragments: packets * 100 };
}

/** Pings for 4 s. */
async function pings(target: Target, isReading: boolean): Promise<Figures> {
  const client = await target.open();
  if (!isReading) client.stopReading();
  const packets = await client.flood(many(10, clientFrame(0x89, "p".repeat(125))), { ms: 4000 });
  const isOpen = !client.hasEnded;
  client.reset();
  return { pings: packets * 10, cut: !isOpen };
}

/** The bytes of a message that inflates to this many MiB of zeros; more of the same may follow them. */
function bomb(mebibytes: number): Buffer {
  return deflateRawSync(Buffer.alloc(mebibytes << 20), { level: 9, finishFlush: constants.Z_SYNC_FLUSH });
}

/** 125 MB for a room whose clients read, and again with a client that does not: what it costs beyond that. */
async function slowReader(target: Target): Promise<Figures> {
  const [slow, reader, sender] = await repeated(3, () => target.open());
  if (slow === undefined || reader === undefined || sender === undefined) throw new Error("three are opened");
  const join = target.message({ verb: "join", name: "crowd" });
  // In lots, each of which the reader has received before the next: it is not slow itself.
  const size = target.maxPayload < 100_000 ? 2000 : 62_500;
  const lot = many(500_000 / size, target.message({ verb: "say", name: "crowd", value: "x".repeat(size) }));
  const run = async (): Promise<boolean> => {
    for (let sent = 0; sent < 250; sent += 1) {
      const before = reader.received;
      await sender.write(lot);
      if (!(await holdsSoon(() => reader.received - before >= 500_000 || reader.hasEnded, 15_000)))
        return false;
    }
    return !reader.hasEnded;
  };
  await joined(target, reader, join);
  // Twice: the heap has its size after the first.
  const isReadAlone = (await run()) && (await run());
  const peakAlone = figuresOf(target.pid).peak;
  await joined(target, slow, join);
  slow.stopReading();
  const isRead = await run();
  const more = figuresOf(target.pid).peak - peakAlone;
  slow.socket.resume();
  const ending = await within(slow.ended, 5000);
  return {
    cut: ending !== null,
    code: ending?.code ?? null,
    othersGotAll: isReadAlone && isRead,
    mebibytesMore: Math.round(more),
  };
}

/** Joins, and waits until the server has done so. */
async function joined(target: Target, client: Attacker, join: Buffer): Promise<void> {
  const before = client.received;
  await client.write(Buffer.concat([join, target.message({ verb: "echo", value: "joined" })]));
  await holdsSoon(() => client.received > before);
}

const COMPRESSED = { "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits" };

/**
 * Young objects that a heap may hold beyond those of Node 20, MiB: in Node 24, V8 lets each of its two semi-spaces grow to 32 MB
 * in place of 16, and does so in rows that make much garbage.
 */
const YOUNGER = Number(process.versions.node.split(".")[0]) >= 24 ? 32 : 0;

/** Ways to make a server hold memory. */
export const memoryRows: readonly AbuseRow[] = [
  {
    no: 21,
    title: "100,000 fragments of a byte",
    expects: "1008 or 1009",
    peak: 32,
    attack: (target) => fragments(target, "a"),
    holds: ({ code }) => code === 1008 || code === 1009,
  },
  {
    no: 22,
    title: "100,000 empty fragments",
    expects: "1008 or 1009",
    peak: 32,
    attack: (target) => fragments(target, ""),
    holds: ({ code }) => code === 1008 || code === 1009,
  },
  {
    no: 23,
    title: "100 clients that each keep 4,000 fragments of an unfinished message",
    expects: "a bound for all together",
    peak: 260,
    attack: async (target) => {
      const clients = await repeated(100, () => target.open());
      const before = figuresOf(target.pid).resident;
      const packet = many(4000, clientFrame(0x00, "a"));
      await Promise.all(
        clients.map((client) => client.write(Buffer.concat([clientFrame(0x01, "a"), packet]))),
      );
      const echo = await target.open();
      await echo.write(target.message({ verb: "echo", value: "last" }));
      await holdsSoon(() => (echo.frames.counts.get(1) ?? echo.frames.counts.get(2) ?? 0) > 0, 5000);
      const each = (figuresOf(target.pid).resident - before) / 100;
      return {
        closed: clients.filter(({ hasEnded }) => hasEnded).length,
        mebibytesEach: Number(each.toFixed(2)),
      };
    },
    holds: () => true,
  },
  {
    no: 26,
    title: "pings as fast as TCP takes them, whose pongs are not read",
    expects: "disconnected",
    attack: (target) => pings(target, false),
    holds: ({ cut }) => cut === true,
  },
  {
    no: 27,
    title: "pings as fast as TCP takes them, whose pongs are read",
    expects: "disconnected",
    attack: (target) => pings(target, true),
    holds: ({ cut }) => cut === true,
  },
  {
    no: 28,
    title: "125 MB for a room in which one client does not read",
    expects: "disconnected, at most 64 MiB for it; the others get all",
    peak: 300,
    attack: slowReader,
    holds: ({ cut, othersGotAll, mebibytesMore }) =>
      cut === true && othersGotAll === true && Number(mebibytesMore) <= 64,
  },
  {
    no: 30,
    title: "50,000 rooms that one client joins",
    expects: "no room is left after it, and little memory",
    peak: 32 + YOUNGER,
    attack: async (target) => {
      const client = await target.open();
      const before = client.received;
      for (let at = 0; at < 50_000; at += 1000)
        await client.write(
          Buffer.concat(
            Array.from({ length: 1000 }, (_, no) =>
              target.message({ verb: "join", name: `room-${at + no}` }),
            ),
          ),
        );
      await client.write(target.message({ verb: "echo", value: "last" }));
      return { answered: await holdsSoon(() => client.received > before || client.hasEnded, 60_000) };
    },
    holds: ({ answered }) => answered === true,
  },
  {
    no: 31,
    title: "20 room names and 20 attributes of 900 KB",
    expects: "refused, and little memory",
    // The texts are in the heap of the server, and in that of the script.
    peak: 96 + 2 * YOUNGER,
    attack: async (target) => {
      const client = await target.open();
      const before = client.received;
      const long = "n".repeat(900_000);
      for (let at = 0; at < 20; at += 1) {
        await client.write(target.message({ verb: "join", name: `${at}${long}` }));
        await client.write(target.message({ verb: "keep", name: `name-${at}`, value: long }));
      }
      await client.write(target.message({ verb: "echo", value: "last" }));
      return { answered: await holdsSoon(() => client.received > before || client.hasEnded, 60_000) };
    },
    holds: ({ answered }) => answered === true,
  },
  {
    no: 32,
    title: "500 connections that are reset, in their handshakes and when they are open",
    expects: "no session left",
    attack: async (target) => {
      const before = await target.sessions();
      for (let round = 0; round < 10; round += 1) {
        const clients = await repeated(50, () => target.open());
        for (const client of clients) await client.write(target.message({ verb: "join", name: "crowd" }));
        for (const client of clients) client.reset();
      }
      if (before === null) return { left: null };
      await holdsSoon(async () => (await target.sessions()) === before, 10_000);
      return { left: Number(await target.sessions()) - before };
    },
    holds: ({ left }) => left === 0 || left === null,
  },
];

/** The same, with compression. */
export const deflateRows: readonly AbuseRow[] = [
  {
    no: 24,
    title: "1 MB of compressed zeros that are 1 GiB, in a message",
    expects: "1009, little memory",
    deflate: true,
    peak: 32,
    attack: async (target) => {
      const client = await target.open(COMPRESSED);
      const isCompressed = (await client.response()).includes("permessage-deflate");
      await client.write(clientFrame(0xc2, many(16, bomb(64))));
      return { isCompressed, code: await clientEnds(client) };
    },
    holds: ({ isCompressed, code }) => isCompressed === true && code === 1009,
  },
  {
    no: 25,
    title: "1,000 idle connections with compression",
    expects: "at most 128 KiB for each",
    deflate: true,
    attack: async (target) => {
      const before = figuresOf(target.pid).resident;
      for (let round = 0; round < 10; round += 1)
        await repeated(100, async () => {
          const client = await target.open(COMPRESSED);
          await client.write(target.message({ verb: "echo", value: "x".repeat(2000) }));
          return replies(client, 1);
        });
      const kibibytes = ((figuresOf(target.pid).resident - before) * 1024) / 1000;
      return { kibibytesEach: Math.round(kibibytes) };
    },
    holds: ({ kibibytesEach }) => Number(kibibytesEach) <= 128,
    peak: 128,
  },
];
