import fc from "fast-check";
import { expect, test } from "vitest";
import {
  SLOW_POLICIES,
  type MessageOptions,
  type SlowPolicy,
} from "../../../src/boundary/flow/slow-policy.ts";
import { Room, type Session } from "../../../src/front/directory/session.ts";
import { OUTBOUND_DROPS, type FlowCounts, type OutboundDrop } from "../../../src/front/flow/flow-counts.ts";
import { RouteTraffic } from "../../../src/front/flow/route-traffic.ts";
import { TurnOutbox } from "../../../src/front/outbox/outbox.ts";
import { queueOf } from "../../../src/front/outbox/session-queue.ts";
import { anySession } from "../../support/any-session.ts";
import { compressed } from "../../support/compressed.ts";
import { FakeSocket } from "../../support/fake-socket.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const SESSIONS = 5;
const ROOMS = 2;
const CONNECTING = 1;

const who = fc.nat(SESSIONS - 1);
const room = fc.nat(ROOMS);
const size = fc.oneof(fc.nat(60), fc.constantFrom(900, 5000, 70_000));
const options = fc.option(
  fc.record({
    key: fc.constantFrom(null, "a", "b"),
    slow: fc.constantFrom<SlowPolicy | null>(null, ...SLOW_POLICIES),
  }),
  { nil: undefined },
);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("send" as const), who, size, options }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("broadcast" as const), room, size, options }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("except" as const), room, who, size, options }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("join" as const, "leave" as const), room, who }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom("stall" as const, "drain" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("close" as const, "lose" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("attach" as const, "forget" as const), who }) },
  { weight: 8, arbitrary: fc.constant({ do: "flush" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "compressed" as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(100, 3000, 40_000) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Scene {
  readonly clock = new VirtualClock();
  readonly route = new Room("/ws/chat", new RouteTraffic());
  readonly rooms = [...Array.from({ length: ROOMS }, (_, n) => new Room(`room ${n}`)), this.route];
  readonly outbox: TurnOutbox;
  readonly sessions: Session[];
  readonly links = Array.from({ length: SESSIONS }, (_, n) => new FakeSocket(n % 2 === 0));
  readonly #sent: string[] = [];

  constructor(slow: SlowPolicy, deflateThreshold: number | null) {
    this.outbox = new TurnOutbox(this.clock, {
      ...{ slow, deflateThreshold, unsentLimit: 4000, unsentTotal: 150_000, unsentTimeout: 30_000 },
    });
    this.sessions = this.links.map((_, n) => anySession(this.route, n + 1));
    for (let at = CONNECTING; at < SESSIONS; at += 1) this.outbox.attach(this.sessions[at]!, this.links[at]!);
  }

  async play(next: Step): Promise<void> {
    if (next.do === "compressed") return compressed(this.sessions);
    const session = "who" in next ? this.sessions[next.who]! : this.sessions[0]!;
    const link = "who" in next ? this.links[next.who]! : this.links[0]!;
    if (next.do === "send") this.outbox.send(session, this.#text(next.size), next.options);
    else if (next.do === "broadcast") this.#broadcast(next.room, next.size, null, next.options);
    else if (next.do === "except") this.#broadcast(next.room, next.size, session, next.options);
    else if (next.do === "join" || next.do === "leave") this.#move(session, next.room, next.do === "join");
    else if (next.do === "stall") link.isStalled = true;
    else if (next.do === "drain") link.drain();
    else if (next.do === "lose") this.#lose(session, link);
    else if (next.do === "close") this.outbox.close(session, 4000, "");
    else if (next.do === "attach") this.#attach(session, link);
    else if (next.do === "forget") this.#forget(session);
    else if (next.do === "wait") this.clock.advance(next.ms);
    else this.#flush();
  }

  async end(): Promise<void> {
    for (const session of this.sessions) if (queueOf(session).link === null) this.outbox.forget(session);
    this.#flush();
    for (const link of this.links) link.drain();
    await compressed(this.sessions);
    this.check();
    expect(this.outbox.counts.queued).toBe(0);
    expect(this.outbox.waiting).toMatchObject({ size: 0, heldBytes: 0 });
    this.clock.advance(60_000);
    expect(this.clock.waiting).toBe(0);
  }

  /** What holds after each flush. */
  check(): void {
    const sessions = this.sessions.map((session) => queueOf(session).flow);
    for (const flow of [...sessions, ...this.rooms.map((each) => each.flow), this.route.traffic!.outbound])
      expectSum(flow);
    const sum = (flows: FlowCounts<OutboundDrop>[], what: "offered" | "delivered" | "queued"): number =>
      flows.reduce((total, flow) => total + flow[what], 0);
    for (const what of ["offered", "delivered", "queued"] as const) {
      expect(sum(sessions, what)).toBe(this.outbox.counts[what]);
      expect(this.route.traffic!.outbound[what]).toBe(this.outbox.counts[what]);
    }
    const { offered, cutSlow, ...others } = this.outbox.counts;
    expect(cutSlow).toBeLessThanOrEqual(SESSIONS);
    expect(Object.values(others).reduce((a, b) => a + b)).toBe(offered);
  }

  /** Each client got messages that were sent, in their order, each once. */
  checkOrder(): void {
    for (const link of this.links) {
      const numbers = link.received.flatMap((text) =>
        text.startsWith("close") ? [] : [Number.parseInt(text, 10)],
      );
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    }
  }

  #text(length: number): string {
    const text = `${this.#sent.length} `.padEnd(length, "x");
    this.#sent.push(text);
    return text;
  }

  #broadcast(at: number, length: number, except: Session | null, how?: MessageOptions): void {
    this.outbox.broadcast(this.rooms[at]!, this.#text(length), except, how);
  }

  #move(session: Session, at: number, joins: boolean): void {
    const target = this.rooms[at]!;
    if (target === this.route) return;
    if (joins) {
      this.outbox.joining(session, target);
      target.members.add(session);
      (session.rooms ??= new Set()).add(target);
    } else {
      this.outbox.leaving(session, target);
      target.members.delete(session);
      session.rooms?.delete(target);
    }
  }

  #attach(session: Session, link: FakeSocket): void {
    if (queueOf(session).link === null) this.outbox.attach(session, link);
  }

  #forget(session: Session): void {
    if (queueOf(session).link === null) this.outbox.forget(session);
  }

  #lose(session: Session, link: FakeSocket): void {
    if (queueOf(session).link !== link) return;
    link.lose();
    this.outbox.close(session, 1006, "");
  }

  #flush(): void {
    this.outbox.flush();
    this.check();
  }
}

function expectSum(flow: FlowCounts<OutboundDrop>): void {
  const { offered, delivered, queued, dropped } = flow.snapshot(OUTBOUND_DROPS);
  expect(delivered + queued + Object.values(dropped).reduce((a, b) => a + b)).toBe(offered);
  expect(queued).toBeGreaterThanOrEqual(0);
}

test.each(SLOW_POLICIES)(
  "no message is lost from the counts of session, room and route (%s)",
  async (slow) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 80, size: "max" }),
        fc.constantFrom(null, 100),
        async (steps, deflate) => {
          const scene = new Scene(slow, deflate);
          for (const each of steps) await scene.play(each);
          await scene.end();
          scene.checkOrder();
        },
      ),
      { numRuns: 300 },
    );
  },
);
