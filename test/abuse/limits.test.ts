import { expect } from "vitest";
import { clientFrame } from "../support/raw-socket.ts";
import { Attacker } from "./support/attacker.ts";
import { row } from "./support/row.ts";

const many = (count: number, frame: Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => frame));
const text = (message: string): Buffer => clientFrame(0x81, message);

row(
  "a session that joins 10,000 rooms is in 128 of them",
  async (victim) => {
    const client = await Attacker.upgrade(victim);
    for (let at = 0; at < 10_000; at += 1000)
      await client.write(
        Buffer.concat(Array.from({ length: 1000 }, (_, no) => text(`join room-${at + no}`))),
      );
    await client.write(text("last"));
    await expect.poll(() => client.frames.counts.get(1), { timeout: 15_000 }).toBe(1);
    const { refusedCalls } = await victim.app.health();
    expect(refusedCalls).toBe(10_000 - 128);
  },
  { peak: 64 },
);

row(
  "names of a megabyte and attributes of 64 KiB are refused, and the script learns it by an error",
  async (victim) => {
    const client = await Attacker.upgrade(victim);
    const long = "x".repeat(1_000_000);
    await client.write(Buffer.concat([text(`join ${long}`), text(`keep ${long} 1`)]));
    for (let at = 0; at < 40; at += 1) await client.write(text(`keep name-${at} ${"y".repeat(60_000)}`));
    await client.write(text("last"));
    await expect.poll(() => client.frames.counts.get(1), { timeout: 15_000 }).toBe(1);
    const { refusedCalls } = await victim.app.health();
    expect(refusedCalls).toBe(41);
  },
  { peak: 48 },
);

row(
  "unasked pongs end the connection that floods them",
  async (victim) => {
    const client = await Attacker.upgrade(victim);
    // `ws` itself ends a connection with 60 unanswered pings in one read, so these are pongs.
    await client.write(many(200, clientFrame(0x8a, "x".repeat(125))));
    await expect.poll(() => client.frames.close?.toString("utf8", 2)).toBe("more than 100 pings a second");
    expect((await victim.app.health())["limits"]).toMatchObject({ maxPings: 1 });
  },
  { peak: 16 },
);

row(
  "100 connections that keep fragments share a bound, and those that keep most go",
  async (victim) => {
    const clients = await Promise.all(Array.from({ length: 100 }, () => Attacker.upgrade(victim)));
    const start = clientFrame(0x01, "a");
    await Promise.all(
      clients.map((client) => client.write(Buffer.concat([start, many(4000, clientFrame(0x00, "a"))]))),
    );
    const limits = async (): Promise<number> =>
      ((await victim.app.health())["limits"] as Record<string, number>)["unfinishedBytes"] ?? 0;
    // 4,001 pieces are 1.3 MiB each: about half of them fit.
    await expect.poll(limits, { timeout: 15_000 }).toBeGreaterThan(30);
    expect(await limits()).toBeLessThan(100);
  },
  { peak: 260 },
);

row(
  "clients that send many headers are refused before they fill the thread of a route",
  async (victim) => {
    const cookie = "c".repeat(14_000);
    const open = (): Promise<Attacker> => Attacker.upgrade(victim, { Cookie: cookie });
    const clients = await Promise.all(Array.from({ length: 200 }, open));
    const statuses = await Promise.all(clients.map((client) => client.status()));
    // 1 MiB holds 75 of them.
    expect(statuses.filter((status) => status === 101).length).toBeLessThan(80);
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(120);
  },
  { peak: 48, config: { handshakeBytes: 1_048_576 } },
);
