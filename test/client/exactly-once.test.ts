import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openBench, type Bench } from "./support/bench.ts";
import type { FakeSession } from "./support/fake-parlor.ts";

const WAITS = [10, 500, 1000, 3000, 25_000, 60_000] as const;

type Kind = "send" | "serve" | "up" | "down" | "break" | "die" | "wait" | "ack" | "restart" | "overflow";

/** One thing that happens, and how often, or how much of it. */
type Step = readonly [Kind, number];

const kind = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom<Kind>("send", "serve", "up", "down") },
  { weight: 8, arbitrary: fc.constantFrom<Kind>("break", "die", "wait", "ack") },
  { weight: 1, arbitrary: fc.constantFrom<Kind>("restart", "overflow") },
);
const steps = fc.array(fc.tuple(kind, fc.nat(5)), { minLength: 10, maxLength: 120 });

/** A client and a server, and what each session was sent and has received on both sides. */
class Record {
  readonly bench: Bench;
  readonly served = new Map<FakeSession, string[]>();
  readonly received = new Map<string | null, string[]>();
  sent = 0;
  lost = 0;

  constructor(bench: Bench) {
    this.bench = bench;
    const { client } = bench;
    client.on("open", ({ resumed, reason, lost }) => {
      this.lost += lost;
      if (!resumed) expect(["server-restarted", "expired", "overflow"]).toContain(reason);
    });
    client.on("message", (message) => {
      const list = this.received.get(client.session) ?? [];
      this.received.set(client.session, [...list, String(message)]);
    });
  }

  /** What the server has of the client, over all sessions, as numbers. */
  get up(): number[] {
    const messages = this.bench.server.all.flatMap((session) => session.messages);
    return messages.map((text) => Number(String(text).slice(3)));
  }

  async play([what, count]: Step): Promise<void> {
    const times = ["send", "serve", "up", "down"].includes(what) ? count + 1 : 1;
    for (let turn = 0; turn < times; turn += 1) this.#do(what, count);
    for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
  }

  #do(what: Kind, count: number): void {
    const { server, client, clock } = this.bench;
    const { socket, session } = server;
    if (what === "send" && client.send(`up ${this.sent}`)) this.sent += 1;
    if (what === "serve") this.#serve(session);
    if (what === "up") socket.step();
    if (what === "down") socket.step(false);
    if (what === "break") socket.break();
    if (what === "die") socket.die();
    if (what === "wait") clock.advance(WAITS[count]!);
    if (what === "ack") session.ack();
    if (what === "restart") server.restart();
    if (what === "overflow") session.most = 10;
  }

  #serve(session: FakeSession): void {
    const list = this.served.get(session) ?? [];
    this.served.set(session, list);
    list.push(`down ${session.id} ${list.length}`);
    session.send(list.at(-1)!);
  }
}

async function run(all: readonly Step[]): Promise<void> {
  const bench = await openBench();
  const record = new Record(bench);
  for (const step of all) await record.play(step);
  // By then each dead line is noticed, and each message has arrived.
  await bench.pass(100_000);
  expect(bench.client.state).toBe("open");

  const { up, sent, lost } = record;
  expect(up).toEqual(up.toSorted((a, b) => a - b));
  expect(new Set(up).size).toBe(up.length);
  expect(up.length).toBeGreaterThanOrEqual(sent - lost);
  expect(bench.server.session.id).toBe(bench.client.session);
  for (const [session, served] of record.served) {
    const received = record.received.get(session.id) ?? [];
    const isLast = session === bench.server.session;
    expect(received).toEqual(isLast ? served : served.slice(0, received.length));
  }
}

describe("over lines that break at any frame", () => {
  it("each side gets each message once and in order, or the session is fresh and reports the loss", async () => {
    await fc.assert(fc.asyncProperty(steps, run), { numRuns: 150 });
  });
});
