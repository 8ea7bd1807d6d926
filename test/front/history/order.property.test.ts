import fc from "fast-check";
import { expect, test } from "vitest";
import { NO_SESSION } from "../../../src/boundary/refs.ts";
import { Directory } from "../../../src/front/directory/directory.ts";
import { Hub } from "../../../src/front/directory/hub.ts";
import { Session } from "../../../src/front/directory/session.ts";
import { Histories } from "../../../src/front/history/histories.ts";
import { TurnOutbox } from "../../../src/front/outbox/outbox.ts";
import { anyHandshake } from "../../support/any-session.ts";
import { FakeSocket } from "../../support/fake-socket.ts";
import type { ServerFrame } from "../../support/server-frames.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const RULE = { size: 5, seconds: 10 };
/** Of each kind of client: plain or `parlor.v1`, with and without compression. */
const CLIENTS = 4;

type Step =
  | { do: "broadcast" | "bytes"; length: number; except: number }
  | { do: "send" | "join" | "leave"; who: number }
  | { do: "flush" }
  | { do: "wait"; ms: number };

const who = fc.nat(CLIENTS - 1);
const length = fc.oneof(fc.nat(80), fc.constantFrom(126, 5000, 40_000));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("broadcast" as const, "bytes" as const),
      length,
      except: fc.integer({ min: -4, max: CLIENTS - 1 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("send" as const, "join" as const, "join" as const, "leave" as const),
      who,
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: "flush" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1000, 4000, 11_000) }),
  },
);

/** A member of the room, and what it must get. */
class Member {
  readonly session: Session;
  readonly socket: FakeSocket;
  readonly expected: string[] = [];
  isIn = false;

  constructor(session: Session, inflates: boolean) {
    this.session = session;
    this.socket = new FakeSocket(inflates);
  }

  get got(): string[] {
    const isLine = this.session.inbound.line !== null;
    return this.socket.frames.map((frame) => textOf(frame, isLine));
  }
}

class World {
  readonly clock = new VirtualClock();
  readonly directory = new Directory(() => undefined);
  readonly outbox = new TurnOutbox(this.clock, { deflateThreshold: 40, unsentLimit: 1 << 30 });
  readonly hub: Hub;
  readonly members: Member[];
  /** What the room keeps, by the model. */
  kept: { text: string; at: number }[] = [];
  #count = 0;

  constructor() {
    const nothing = (): void => undefined;
    const { directory, outbox } = this;
    this.hub = new Hub(directory, { outbox, accept: nothing, refuse: nothing, push: nothing });
    const histories = new Histories(this.clock, { history: { "news/*": RULE }, historyTotal: 1 << 30 });
    this.hub.history = histories;
    this.members = Array.from({ length: CLIENTS }, (_, at) => this.#member(at));
  }

  #member(at: number): Member {
    const session = new Session(at + 1, anyHandshake(`s${at}`), {
      host: 1,
      route: this.directory.route("/ws"),
    });
    if (at % 2 === 1)
      session.inbound.line = { seen: null, isAway: false, end: () => undefined, answered: () => undefined };
    this.hub.admit(session);
    this.directory.setState(session, "open");
    const member = new Member(session, at >= 2);
    this.outbox.attach(session, member.socket);
    return member;
  }

  run(step: Step): void {
    if (step.do === "flush") this.outbox.flush();
    else if (step.do === "wait") this.clock.advance(step.ms);
    else if ("who" in step) this.#of(step.do, this.members[step.who]!);
    else this.#broadcast(step);
  }

  #broadcast({ do: kind, length, except }: Extract<Step, { length: number }>): void {
    const text = `${(this.#count += 1)}:`.padEnd(length, "x");
    const excluded = this.members[except];
    const data = kind === "bytes" ? Buffer.from(text) : text;
    this.hub.broadcast("news/a", data, excluded?.session.ref ?? NO_SESSION);
    const seen = `${kind === "bytes" ? "b" : "t"}${text}`;
    for (const member of this.members) if (member.isIn && member !== excluded) member.expected.push(seen);
    this.kept.push({ text: seen, at: this.clock.ticks() });
  }

  #of(what: "send" | "join" | "leave", member: Member): void {
    const { session, expected } = member;
    if (what === "send") {
      const text = `direct ${(this.#count += 1)}`;
      this.hub.send(session.ref, text);
      return void expected.push(`t${text}`);
    }
    if (what === "leave") this.hub.leave(session.ref, "news/a");
    else this.hub.join(session.ref, "news/a", { history: true, presence: null });
    if (what === "join" && !member.isIn) expected.push(...this.#replayed(session));
    member.isIn = what === "join";
  }

  #replayed({ inbound }: Session): string[] {
    const oldest = this.clock.ticks() - RULE.seconds * 1000;
    this.kept = this.kept.filter(({ at }) => at > oldest).slice(-RULE.size);
    const texts = this.kept.map(({ text }) => text);
    return inbound.line === null ? texts : [`history of ${texts.length}`, ...texts];
  }
}

function textOf({ opcode, payload }: ServerFrame, isLine: boolean): string {
  if (opcode === 1) return `t${payload.toString()}`;
  if (!isLine) return `b${payload.toString()}`;
  if (payload[0] === 2)
    return `history of ${(JSON.parse(payload.toString("utf8", 1)) as { kept: number }).kept}`;
  const end = payload.indexOf("\n");
  const place = JSON.parse(payload.toString("utf8", 1, end)) as unknown[];
  return `${place[3] === 1 ? "b" : "t"}${payload.toString("utf8", end + 1)}`;
}

test("a session that joins gets what the room has kept, and then all that follows, in order and without a gap", async () => {
  const property = fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
    const world = new World();
    for (const each of steps) world.run(each);
    world.outbox.flush();
    // Large messages are compressed on other threads.
    for (const { socket, expected } of world.members)
      await expect.poll(() => socket.frames.length, { interval: 1 }).toBe(expected.length);
    for (const member of world.members) expect(member.got).toEqual(member.expected);
    const { offered, delivered } = world.outbox.counts;
    expect(delivered).toBe(offered);
  });
  await fc.assert(property, { numRuns: 300 });
});
