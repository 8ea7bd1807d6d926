import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Payload } from "../../../src/boundary/payload.ts";
import { Room, type Session } from "../../../src/front/directory/session.ts";
import type { Link } from "../../../src/front/outbox/session-queue.ts";
import { TurnOutbox } from "../../../src/front/outbox/outbox.ts";
import { FakeSocket } from "../../support/fake-socket.ts";
import { anySession } from "../../support/any-session.ts";
import { compressed } from "../../support/compressed.ts";
import { decodeFrames, describeFrame } from "../../support/server-frames.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const PEOPLE = 6;
const ROOMS = 3;
// These begin without a connection.
const CONNECTING = 2;

type Step =
  | { do: "send"; who: number; length: number }
  | { do: "broadcast"; room: number; length: number }
  | { do: "broadcastExcept"; room: number; who: number; length: number }
  | { do: "join" | "leave"; room: number; who: number }
  | { do: "close" | "attach" | "forget" | "lose" | "stall" | "drain"; who: number }
  | { do: "flush" }
  | { do: "hold" | "wait"; ms: number };

type Awaited = { do: "compressed" };

const who = fc.nat(PEOPLE - 1);
/** The last one is the route, which all are in. */
const room = fc.nat(ROOMS);
const length = fc.oneof(
  { weight: 20, arbitrary: fc.nat(60) },
  { weight: 3, arbitrary: fc.constantFrom(125, 126, 4095, 4096) },
  { weight: 1, arbitrary: fc.constantFrom(40_000, 70_000) },
);
const stepOf = (weights: Partial<Record<Step["do"], number>>) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant("send" as const), who, length }) },
    { weight: 12, arbitrary: fc.record({ do: fc.constant("broadcast" as const), room, length }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constant("broadcastExcept" as const), room, who, length }) },
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constantFrom("join" as const, "leave" as const), room, who }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("close" as const), who }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("attach" as const, "forget" as const), who }) },
    { weight: weights.lose ?? 1, arbitrary: fc.record({ do: fc.constant("lose" as const), who }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("stall" as const, "drain" as const), who }) },
    { weight: 4, arbitrary: fc.constant({ do: "flush" as const }) },
    { weight: 1, arbitrary: fc.constant({ do: "compressed" as const }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constantFrom("hold" as const, "wait" as const), ms: fc.nat(4) }),
    },
  );

/** What one person is to get: messages are appended at once, and that is the whole model. */
interface Expected {
  readonly rooms: Set<number>;
  /** Sent since the last flush. */
  due: string[];
  readonly received: string[];
  isConnecting: boolean;
  isClosed: boolean;
  isLost: boolean;
}

/** Plays steps on an outbox and on the model. */
class Play {
  readonly clock = new VirtualClock();
  readonly outbox: TurnOutbox;
  readonly route = new Room("/ws/chat");
  readonly rooms = Array.from({ length: ROOMS }, (_, n) => new Room(`room ${n}`));
  readonly people: Session[];
  readonly links: Link[];
  readonly expected: Expected[] = [];
  #sent = 0;
  #flushAt = Infinity;
  offered = 0;

  constructor(links: Link[], deflateThreshold: number | null) {
    this.outbox = new TurnOutbox(this.clock, { deflateThreshold });
    this.links = links;
    this.people = links.map(() => anySession(this.route));
    for (const [index, session] of this.people.entries()) {
      const isConnecting = index < CONNECTING;
      this.expected.push({
        rooms: new Set([ROOMS]),
        due: [],
        received: [],
        isConnecting,
        isClosed: false,
        isLost: false,
      });
      if (!isConnecting) this.outbox.attach(session, links[index]!);
    }
  }

  async run(steps: (Step | Awaited)[]): Promise<void> {
    for (const step of steps) {
      if (step.do === "compressed") await compressed(this.people);
      else this.#step(step);
      const { offered, delivered, queued, droppedClosed } = this.outbox.counts;
      expect(delivered + queued + droppedClosed).toBe(offered);
      expect(offered).toBe(this.offered);
    }
    for (let index = 0; index < CONNECTING; index++) this.#attach(index);
    this.#flush();
    for (const link of this.links) if (link instanceof FakeSocket) link.drain();
    await compressed(this.people);
    if (this.links.some((link) => !(link instanceof FakeSocket))) return;
    expect(this.outbox.counts.queued).toBe(0);
    if (this.expected.every(({ isLost }) => !isLost))
      expect(this.outbox.counts.delivered).toBe(this.#countReceived());
  }

  #step(step: Step): void {
    switch (step.do) {
      case "send": {
        const { data, text } = this.#message(step.length);
        this.outbox.send(this.people[step.who]!, data);
        this.offered++;
        return this.#expect(step.who, text);
      }
      case "broadcast":
        return this.#broadcast(step.room, step.length, null);
      case "broadcastExcept":
        return this.#broadcast(step.room, step.length, step.who);
      case "join":
        return this.#join(step.who, step.room);
      case "leave":
        return this.#leave(step.who, step.room);
      case "close":
        return this.#close(step.who);
      case "attach":
        return this.#attach(step.who);
      case "forget":
        return this.#forget(step.who);
      case "lose":
        return this.#lose(step.who);
      case "stall":
      case "drain":
        return this.#stall(step.who, step.do === "stall");
      case "flush":
        return this.#flush();
      case "hold":
        this.outbox.hold(step.ms);
        this.#flushAt = Math.min(this.#flushAt, this.clock.now() + step.ms);
        return;
      case "wait":
        this.clock.advance(step.ms);
        if (this.clock.now() >= this.#flushAt) this.#expectFlush();
    }
  }

  #message(size: number): { data: Payload; text: string } {
    const number = `${++this.#sent} `;
    const text = number + "é".repeat(size % 2) + "x".repeat(Math.max(0, size - number.length));
    if (size % 5 !== 0) return { data: text, text };
    return { data: Buffer.from(text), text: `<${Buffer.from(text).toString("hex")}>` };
  }

  #broadcast(index: number, size: number, except: number | null): void {
    const { data, text } = this.#message(size);
    const target = this.rooms[index] ?? this.route;
    this.outbox.broadcast(target, data, except === null ? null : this.people[except]!);
    for (const [person, { rooms }] of this.expected.entries()) {
      if (!rooms.has(index) || person === except) continue;
      this.offered++;
      this.#expect(person, text);
    }
  }

  #expect(person: number, text: string): void {
    const { isClosed, due } = this.expected[person]!;
    if (!isClosed) due.push(text);
  }

  #join(person: number, index: number): void {
    const session = this.people[person]!;
    const target = this.rooms[index] ?? this.route;
    this.outbox.joining(session, target);
    target.members.add(session);
    if (index < ROOMS) (session.rooms ??= new Set()).add(target);
    this.expected[person]!.rooms.add(index);
  }

  #leave(person: number, index: number): void {
    const session = this.people[person]!;
    const target = this.rooms[index] ?? this.route;
    this.outbox.leaving(session, target);
    target.members.delete(session);
    session.rooms?.delete(target);
    this.expected[person]!.rooms.delete(index);
  }

  #close(person: number): void {
    this.outbox.close(this.people[person]!, 4000 + person, "bye");
    this.#expect(person, `close ${4000 + person} bye`);
    this.expected[person]!.isClosed = true;
  }

  #attach(person: number): void {
    const expected = this.expected[person]!;
    if (!expected.isConnecting) return;
    expected.isConnecting = false;
    this.outbox.attach(this.people[person]!, this.links[person]!);
  }

  #forget(person: number): void {
    const expected = this.expected[person]!;
    if (!expected.isConnecting) return;
    this.outbox.forget(this.people[person]!);
    Object.assign(expected, { isConnecting: false, isLost: true });
    expected.received.length = 0;
  }

  #lose(person: number): void {
    const link = this.links[person]!;
    if (!(link instanceof FakeSocket) || this.expected[person]!.isConnecting) return;
    this.expected[person]!.isLost = true;
    link.lose();
  }

  #stall(person: number, isStalled: boolean): void {
    const link = this.links[person]!;
    if (!(link instanceof FakeSocket)) return;
    if (isStalled) link.isStalled = true;
    else link.drain();
  }

  #flush(): void {
    this.outbox.flush();
    this.#expectFlush();
  }

  #expectFlush(): void {
    this.#flushAt = Infinity;
    for (const expected of this.expected) {
      if (!expected.isLost) expected.received.push(...expected.due);
      expected.due = [];
    }
  }

  #countReceived(): number {
    return this.expected.flatMap(({ received }) => received.filter((text) => !text.startsWith("close")))
      .length;
  }
}

describe("whatever happens, each gets what was sent to it, in order", () => {
  it.each([null, 100])(
    "over connections without a network (compressed from %s on)",
    async (deflateThreshold) => {
      const steps = fc.array(stepOf({}), { maxLength: 80, size: "max" });
      await fc.assert(
        fc.asyncProperty(steps, async (played) => {
          const links = Array.from({ length: PEOPLE }, (_, n) => new FakeSocket(n % 2 === 0));
          const play = new Play(links, deflateThreshold);
          await play.run(played);
          for (const [index, link] of links.entries()) {
            const { received, isLost } = play.expected[index]!;
            expect(link.received).toEqual(isLost ? received.slice(0, link.received.length) : received);
          }
        }),
        { numRuns: 500 },
      );
    },
  );

  it("over sockets", async () => {
    const steps = fc.array(stepOf({ lose: 0 }), { minLength: 60, maxLength: 200, size: "max" });
    await fc.assert(
      fc.asyncProperty(steps, async (played) => {
        const pairs = await Promise.all(Array.from({ length: PEOPLE }, socketPair));
        const links = pairs.map(([ours]) => new SocketLink(ours));
        const play = new Play(links, null);
        await play.run(played);
        const received = await Promise.all(pairs.map(([ours, theirs]) => readAll(ours, theirs)));
        expect(received).toEqual(play.expected.map((expected) => expected.received));
      }),
      { numRuns: 25 },
    );
  });
});

/** A link on a real socket, with just enough of a WebSocket to close it. */
class SocketLink implements Link {
  readyState = 1;
  readonly inflates = false;
  readonly pendingBytes = 0;
  readonly rawSocket: Socket;

  constructor(wire: Socket) {
    this.rawSocket = wire;
  }

  close(code: number, reason: string): void {
    this.rawSocket.write(Buffer.from([0x88, reason.length + 2, code >> 8, code & 255]));
    this.rawSocket.write(reason);
    this.readyState = 2;
  }

  terminate(): void {
    this.rawSocket.destroy();
  }
}

async function socketPair(): Promise<[Socket, Socket]> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const theirs = connect((server.address() as AddressInfo).port);
  const [ours] = (await once(server, "connection")) as [Socket];
  server.close();
  return [ours, theirs];
}

// The peer has not read until now: bytes that did not fit into the kernel's buffers wait in ours.
async function readAll(ours: Socket, theirs: Socket): Promise<string[]> {
  const chunks: Buffer[] = [];
  theirs.on("data", (chunk: Buffer) => chunks.push(chunk));
  ours.end();
  await once(theirs, "end");
  theirs.destroy();
  ours.destroy();
  return decodeFrames(Buffer.concat(chunks)).map(describeFrame);
}
