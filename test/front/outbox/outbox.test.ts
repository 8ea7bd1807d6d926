import { describe, expect, it } from "vitest";
import { Room, type Session } from "../../../src/front/directory/session.ts";
import type { OutboxOptions } from "../../../src/front/outbox/outbox-options.ts";
import { TurnOutbox } from "../../../src/front/outbox/outbox.ts";
import { KeptFrames, KeptTotals } from "../../../src/front/resume/kept-frames.ts";
import { compressed } from "../../support/compressed.ts";
import { FakeSocket } from "../../support/fake-socket.ts";
import { anySession } from "../../support/any-session.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

class Fixture {
  readonly clock = new VirtualClock();
  readonly route = new Room("/ws/chat");
  readonly outbox: TurnOutbox;

  constructor(options: Partial<OutboxOptions> = {}) {
    this.outbox = new TurnOutbox(this.clock, options);
  }

  guest(): Session {
    return anySession(this.route);
  }

  enter(session: Session, link = new FakeSocket()): FakeSocket {
    session.state = "open";
    this.outbox.attach(session, link);
    return link;
  }

  join(session: Session, room: Room): void {
    this.outbox.joining(session, room);
    room.members.add(session);
    (session.rooms ??= new Set()).add(room);
  }

  leave(session: Session, room: Room): void {
    this.outbox.leaving(session, room);
    room.members.delete(session);
    session.rooms?.delete(room);
  }

  people(count: number, room: Room): { session: Session; link: FakeSocket }[] {
    return Array.from({ length: count }, () => {
      const session = this.guest();
      this.join(session, room);
      return { session, link: this.enter(session) };
    });
  }
}

describe("a turn", () => {
  it("writes each member of a room once, from memory that they share", () => {
    const fixture = new Fixture();
    const people = fixture.people(100, new Room("chat"));
    for (let n = 0; n < 256; n++)
      fixture.outbox.broadcast([...people[0]!.session.rooms!][0]!, `message ${n}`, null);
    expect(people.every(({ link }) => link.writes === 0)).toBe(true);
    fixture.outbox.flush();
    expect(people.reduce((sum, { link }) => sum + link.writes, 0)).toBe(100);
    expect(new Set(people.map(({ link }) => link.written[0])).size).toBe(1);
    expect(people[99]!.link.received).toEqual(Array.from({ length: 256 }, (_, n) => `message ${n}`));
  });

  it("writes each member once also when each is excluded from a message", () => {
    const fixture = new Fixture();
    const room = new Room("chat");
    const people = fixture.people(20, room);
    for (let n = 0; n < 60; n++) fixture.outbox.broadcast(room, `${n % 20}`, people[n % 20]!.session);
    fixture.outbox.flush();
    for (const [index, { link }] of people.entries()) {
      expect(link.writes).toBe(1);
      expect(link.received).toHaveLength(57);
      expect(link.received).not.toContain(String(index));
    }
  });

  it("keeps the order across rooms, the route and direct sends", () => {
    const fixture = new Fixture();
    const [blue, red] = [new Room("blue"), new Room("red")];
    const session = fixture.guest();
    const other = fixture.guest();
    fixture.join(session, blue);
    fixture.join(session, red);
    fixture.join(other, red);
    const link = fixture.enter(session);
    const otherLink = fixture.enter(other);
    fixture.outbox.broadcast(red, "1", null);
    fixture.outbox.send(session, "2");
    fixture.outbox.broadcast(blue, "3", null);
    fixture.outbox.broadcast(fixture.route, "4", null);
    fixture.outbox.broadcast(red, "5", null);
    fixture.outbox.flush();
    expect(link.received).toEqual(["1", "2", "3", "4", "5"]);
    expect(otherLink.received).toEqual(["1", "4", "5"]);
  });

  it("gives who comes and goes in mid-turn what was sent in between", () => {
    const fixture = new Fixture();
    const room = new Room("chat");
    const [{ link: stays }, { session: leaves, link: left }] = fixture.people(2, room) as [never, never] as [
      { link: FakeSocket },
      { session: Session; link: FakeSocket },
    ];
    const comes = fixture.guest();
    const came = fixture.enter(comes);
    fixture.outbox.broadcast(room, "1", null);
    fixture.join(comes, room);
    fixture.outbox.broadcast(room, "2", null);
    fixture.leave(leaves, room);
    fixture.outbox.broadcast(room, "3", null);
    fixture.leave(comes, room);
    fixture.outbox.broadcast(room, "4", null);
    fixture.join(comes, room);
    fixture.outbox.broadcast(room, "5", null);
    fixture.outbox.flush();
    expect(stays.received).toEqual(["1", "2", "3", "4", "5"]);
    expect(left.received).toEqual(["1", "2"]);
    expect(came.received).toEqual(["2", "3", "5"]);
  });

  it("does not send to a route's session what was sent before it was admitted, or after it has gone", () => {
    const fixture = new Fixture();
    const first = fixture.enter(fixture.guest());
    fixture.outbox.broadcast(fixture.route, "before", null);
    const session = anySession(new Room("elsewhere"));
    const late = Object.assign(session, { route: fixture.route });
    fixture.outbox.joining(late, fixture.route);
    fixture.route.members.add(late);
    const link = fixture.enter(late);
    fixture.outbox.broadcast(fixture.route, "during", null);
    fixture.outbox.leaving(late, fixture.route);
    fixture.route.members.delete(late);
    fixture.outbox.broadcast(fixture.route, "after", null);
    fixture.outbox.flush();
    expect(first.received).toEqual(["before", "during", "after"]);
    expect(link.received).toEqual(["during"]);
  });

  it("writes nothing when nothing was sent", () => {
    const fixture = new Fixture();
    const link = fixture.enter(fixture.guest());
    fixture.outbox.flush();
    fixture.outbox.broadcast(new Room("empty"), "nobody", null);
    fixture.outbox.flush();
    expect(link.writes).toBe(0);
  });
});

describe("frames", () => {
  it.each([0, 1, 41, 42, 125, 126, 127, 4095, 4096, 21_845, 32_768, 65_535, 65_536, 200_000])(
    "carry %i characters, of one byte and of three, and as many bytes",
    (size) => {
      const fixture = new Fixture();
      const session = fixture.guest();
      const link = fixture.enter(session);
      const texts = ["x".repeat(size), "€".repeat(size), "é".repeat(Math.floor(size / 2))];
      for (const text of texts) fixture.outbox.send(session, text);
      fixture.outbox.send(session, new Uint8Array(size).fill(7));
      fixture.outbox.flush();
      expect(link.frames.map(({ payload }) => payload.toString())).toEqual([...texts, "\u0007".repeat(size)]);
      expect(link.frames.map(({ opcode }) => opcode)).toEqual([1, 1, 1, 2]);
    },
  );

  it("carry a lone surrogate as a replacement character", () => {
    const fixture = new Fixture();
    const session = fixture.guest();
    const link = fixture.enter(session);
    fixture.outbox.send(session, "a\ud800b");
    fixture.outbox.flush();
    expect(link.received).toEqual(["a\ufffdb"]);
  });

  it("are not overwritten by later turns", () => {
    const fixture = new Fixture();
    const session = fixture.guest();
    const link = fixture.enter(session);
    const expected: string[] = [];
    for (let n = 0; n < 3000; n++) {
      expected.push(`${n} ${"x".repeat(n % 300)}`);
      fixture.outbox.send(session, expected.at(-1)!);
      if (n % 7 === 0) fixture.outbox.flush();
    }
    fixture.outbox.flush();
    expect(link.received).toEqual(expected);
  });
});

describe("closing", () => {
  it("delivers what was sent before and nothing that comes after", () => {
    const fixture = new Fixture();
    const room = new Room("chat");
    const [{ session, link }] = fixture.people(1, room) as [{ session: Session; link: FakeSocket }];
    fixture.outbox.send(session, "Goodbye");
    fixture.outbox.close(session, 4000, "bye");
    fixture.outbox.send(session, "too late");
    fixture.outbox.broadcast(room, "too late", null);
    fixture.outbox.close(session, 4001, "twice");
    fixture.outbox.flush();
    fixture.outbox.broadcast(room, "too late", null);
    fixture.outbox.flush();
    expect(link.received).toEqual(["Goodbye", "close 4000 bye"]);
    expect(fixture.outbox.counts).toMatchObject({ offered: 4, delivered: 1, droppedClosed: 3, queued: 0 });
  });

  it.each([
    [1000, 1000],
    [1005, 1000],
    [1006, 1000],
    [999, 1000],
    [5000, 1000],
    [1000.5, 1000],
    [3000, 3000],
    [4999, 4999],
    [1012, 1012],
  ])("turns code %d into %d", (code, sent) => {
    const fixture = new Fixture();
    const session = fixture.guest();
    const link = fixture.enter(session);
    fixture.outbox.close(session, code, "é".repeat(100));
    fixture.outbox.flush();
    expect(link.received).toEqual([`close ${sent} ${"é".repeat(61)}`]);
  });

  it("writes nothing to a connection that the peer has closed", () => {
    const fixture = new Fixture();
    const session = fixture.guest();
    const link = fixture.enter(session);
    fixture.outbox.send(session, "1");
    link.readyState = 2;
    fixture.outbox.close(session, 1000, "");
    fixture.outbox.flush();
    expect(link.writes).toBe(0);
    expect(fixture.outbox.counts).toMatchObject({ offered: 1, droppedClosed: 1, queued: 0 });
  });

  it("finds listeners that send in a new turn", () => {
    const fixture = new Fixture();
    const room = new Room("chat");
    const [one, two] = fixture.people(2, room);
    one!.link.close = () => {
      one!.link.readyState = 2;
      fixture.outbox.broadcast(room, "somebody left", one!.session);
    };
    fixture.outbox.close(one!.session, 1000, "");
    fixture.outbox.flush();
    fixture.outbox.flush();
    expect(two!.link.received).toEqual(["somebody left"]);
  });
});

describe("while connecting", () => {
  it("keeps what is sent until there is a connection", () => {
    const fixture = new Fixture();
    const session = fixture.guest();
    fixture.outbox.send(session, "1");
    fixture.outbox.flush();
    fixture.outbox.broadcast(fixture.route, "2", null);
    fixture.outbox.flush();
    fixture.outbox.send(session, "3");
    expect(fixture.outbox.counts).toMatchObject({ offered: 3, queued: 3, delivered: 0 });
    const link = fixture.enter(session);
    fixture.outbox.send(session, "4");
    fixture.outbox.flush();
    expect(link.received).toEqual(["1", "2", "3", "4"]);
    expect(fixture.outbox.counts).toMatchObject({ offered: 4, queued: 0, delivered: 4 });
  });

  it.each([true, false])("closes after the waiting frames (flushed before: %s)", (isFlushed) => {
    const fixture = new Fixture();
    const session = fixture.guest();
    fixture.outbox.send(session, "1");
    fixture.outbox.close(session, 4000, "no");
    fixture.outbox.send(session, "2");
    if (isFlushed) fixture.outbox.flush();
    const link = fixture.enter(session);
    fixture.outbox.flush();
    expect(link.received).toEqual(["1", "close 4000 no"]);
  });

  it.each([true, false])("drops what waits when the client leaves (flushed before: %s)", (isFlushed) => {
    const fixture = new Fixture();
    const session = fixture.guest();
    fixture.outbox.send(session, "1");
    if (isFlushed) fixture.outbox.flush();
    fixture.outbox.forget(session);
    fixture.outbox.send(session, "2");
    fixture.outbox.flush();
    expect(fixture.outbox.counts).toMatchObject({ offered: 2, queued: 0, droppedClosed: 2 });
  });

  it("is bounded like what is unsent", () => {
    const fixture = new Fixture({ unsentLimit: 1000 });
    const session = fixture.guest();
    for (let n = 0; n < 5; n++) {
      fixture.outbox.send(session, "x".repeat(600));
      fixture.outbox.flush();
    }
    const link = fixture.enter(session);
    expect(link.received).toEqual(["close 1013 slow consumer"]);
    expect(fixture.outbox.counts).toMatchObject({
      offered: 5,
      delivered: 0,
      queued: 0,
      droppedSlow: 3,
      droppedClosed: 2,
      cutSlow: 1,
    });
  });
});

describe("a slow reader", () => {
  it("is cut at the limit, and ended when it does not take even that", () => {
    const fixture = new Fixture({ unsentLimit: 1000, slowGrace: 5000 });
    const room = new Room("chat");
    const [slow, quick] = fixture.people(2, room);
    slow!.link.isStalled = true;
    for (let n = 0; n < 20; n++) {
      fixture.outbox.broadcast(room, "x".repeat(98), null);
      fixture.outbox.flush();
    }
    // One is being written, and five wait with what it costs to keep them.
    expect(slow!.link.received).toEqual(["x".repeat(98), "close 1013 slow consumer"]);
    expect(quick!.link.received).toHaveLength(20);
    expect(fixture.outbox.counts).toEqual({
      offered: 40,
      delivered: 20,
      queued: 1,
      droppedSlow: 6,
      droppedClosed: 13,
      droppedStalled: 0,
      droppedSuperseded: 0,
      droppedShed: 0,
      cutSlow: 1,
    });
    fixture.clock.advance(4999);
    expect(slow!.link.terminated).toBe(false);
    fixture.clock.advance(1);
    expect(slow!.link.terminated).toBe(true);
  });

  it("does not keep other people's frames in memory", () => {
    const fixture = new Fixture();
    const slow = fixture.guest();
    const quick = fixture.guest();
    const link = fixture.enter(slow);
    fixture.enter(quick);
    link.isStalled = true;
    for (let n = 0; n < 200; n++) {
      fixture.outbox.send(slow, "a little");
      fixture.outbox.send(quick, "x".repeat(3000));
      fixture.outbox.flush();
      quick.outboxState = null;
      fixture.enter(quick);
    }
    link.drain();
    expect(link.received).toHaveLength(200);
    const memories = new Set(link.written.slice(1).map(({ buffer }) => buffer));
    const held = [...memories].reduce((sum, buffer) => sum + buffer.byteLength, 0);
    expect(held).toBeLessThan(200 * 20);
  });

  it("shares with other slow readers what waits", () => {
    const fixture = new Fixture();
    const room = new Room("chat");
    const people = fixture.people(10, room);
    for (const { link } of people) link.isStalled = true;
    for (let n = 0; n < 3; n++) {
      fixture.outbox.broadcast(room, "x".repeat(500), null);
      fixture.outbox.flush();
    }
    for (const { link } of people) link.drain();
    const memories = new Set(people.flatMap(({ link }) => link.written.slice(1).map(({ buffer }) => buffer)));
    expect(memories.size).toBe(2);
  });
});

describe("holding", () => {
  it("puts the flush off until the next one, or until the time is up", () => {
    const fixture = new Fixture();
    const session = fixture.guest();
    const link = fixture.enter(session);
    fixture.outbox.send(session, "1");
    fixture.outbox.hold(2);
    fixture.outbox.send(session, "2");
    fixture.outbox.hold(2);
    fixture.clock.advance(1);
    expect(link.writes).toBe(0);
    fixture.clock.advance(1);
    expect(link.received).toEqual(["1", "2"]);
    fixture.outbox.send(session, "3");
    fixture.outbox.hold(2);
    fixture.outbox.flush();
    expect(link.received).toEqual(["1", "2", "3"]);
    expect(fixture.clock.waiting).toBe(0);
  });
});

describe("compression", () => {
  const long = "the same words and the same words ".repeat(50);

  it("happens once a message, for those who take it", () => {
    const fixture = new Fixture({ deflateThreshold: 1000 });
    const room = new Room("chat");
    const sessions = [fixture.guest(), fixture.guest(), fixture.guest()];
    for (const session of sessions) fixture.join(session, room);
    const [plain, one, two] = sessions.map((session, n) => fixture.enter(session, new FakeSocket(n > 0)));
    for (const text of ["short", long, "short", Buffer.from(long)])
      fixture.outbox.broadcast(room, text, null);
    fixture.outbox.send(sessions[2]!, "more");
    fixture.outbox.flush();
    const binary = `<${Buffer.from(long).toString("hex")}>`;
    expect(plain!.received).toEqual(["short", long, "short", binary]);
    expect(plain!.frames.some(({ isCompressed }) => isCompressed)).toBe(false);
    expect(one!.received).toEqual(plain!.received);
    expect(one!.frames.map(({ isCompressed }) => isCompressed)).toEqual([false, true, false, true]);
    expect(two!.received).toEqual([...plain!.received, "more"]);
    expect(two!.frames.map(({ isCompressed }) => isCompressed)).toEqual([false, true, false, true, false]);
  });

  it("is left alone when it makes a message longer, and when it is off", () => {
    const noise = Buffer.from(Array.from({ length: 64 }, (_, n) => (n * 151 + 17) & 255));
    for (const deflateThreshold of [10, null]) {
      const fixture = new Fixture({ deflateThreshold });
      const session = fixture.guest();
      const link = fixture.enter(session, new FakeSocket(true));
      fixture.outbox.send(session, deflateThreshold === null ? long : noise);
      fixture.outbox.flush();
      expect(link.frames.map(({ isCompressed }) => isCompressed)).toEqual([false]);
    }
  });

  describe("compression of a large message", () => {
    const large = (number: number): string => `${number} `.padEnd(100_000, "the same words ");

    const short = ({ received }: FakeSocket): string[] => received.map((text) => text.slice(0, 20));

    it("does not block the thread, happens once for all, and keeps the order", async () => {
      const fixture = new Fixture({ deflateThreshold: 1000 });
      const room = new Room("chat");
      const sessions = [fixture.guest(), fixture.guest(), fixture.guest()];
      for (const session of sessions) fixture.join(session, room);
      const [plain, one, two] = sessions.map((session, n) => fixture.enter(session, new FakeSocket(n > 0)));
      for (const text of ["first", large(1), "second", large(2)]) fixture.outbox.broadcast(room, text, null);
      fixture.outbox.flush();
      for (const session of sessions) fixture.outbox.send(session, "last");
      fixture.outbox.close(sessions[1]!, 4000, "bye");
      fixture.outbox.flush();
      const all = ["first", "1 the same words the", "second", "2 the same words the", "last"];
      expect(short(plain!)).toEqual(all);
      expect(short(one!)).toEqual([]);
      await compressed(sessions);
      expect(short(one!)).toEqual([...all, "close 4000 bye"]);
      expect(short(two!)).toEqual(all);
      const pieces = one!.written.filter(({ byteLength }) => byteLength > 50);
      expect(pieces).toHaveLength(2);
      for (const piece of pieces) expect(two!.written).toContain(piece);
    });

    it("counts for the client as long as the message is, then as long as it has become", async () => {
      const fixture = new Fixture({ deflateThreshold: 1000 });
      const session = fixture.guest();
      const link = fixture.enter(session, new FakeSocket(true));
      link.isStalled = true;
      fixture.outbox.send(session, "first");
      fixture.outbox.send(session, large(1));
      fixture.outbox.flush();
      expect(fixture.outbox.waiting.heldBytes).toBeGreaterThan(100_000);
      await compressed([session]);
      expect(fixture.outbox.waiting.heldBytes).toBeLessThan(1000);
      link.drain();
      expect(fixture.outbox.waiting).toMatchObject({ size: 0, heldBytes: 0 });
    });

    it("does not make a client slow that reads", async () => {
      const fixture = new Fixture({ deflateThreshold: 1000 });
      const session = fixture.guest();
      const link = fixture.enter(session, new FakeSocket(true));
      const sent = Array.from({ length: 160 }, (_, number) => (number % 2 === 0 ? large(number) : "small"));
      for (const text of sent) {
        fixture.outbox.send(session, text);
        fixture.outbox.flush();
      }
      await compressed([session]);
      expect(short(link)).toEqual(sent.map((text) => text.slice(0, 20)));
    });

    it("is left out when much waits to be compressed", async () => {
      const fixture = new Fixture({ deflateThreshold: 1000 });
      const sessions = Array.from({ length: 100 }, () => fixture.guest());
      const links = sessions.map((session) => fixture.enter(session, new FakeSocket(true)));
      for (const [number, session] of sessions.entries()) fixture.outbox.send(session, large(number));
      fixture.outbox.flush();
      const late = links.filter(({ written }) => written.length === 0);
      expect(late).toHaveLength(84);
      await compressed(sessions);
      for (const [number, link] of links.entries()) expect(link.received[0] === large(number)).toBe(true);
      expect(late.every(({ frames }) => frames[0]?.isCompressed)).toBe(true);
    });
  });
});

describe("a session whose frames are kept", () => {
  const messages = Array.from({ length: 50 }, (_, at) => `reply ${at}`);

  /** A session that got each message in a turn of its own, by a socket that may have stopped to read. */
  function replied(isStalled: boolean): { fixture: Fixture; session: Session; kept: KeptFrames } {
    const fixture = new Fixture();
    const session = fixture.guest();
    const kept = new KeptFrames({ messages: 1000, bytes: 1_000_000 }, new KeptTotals(1_000_000));
    fixture.outbox.keep(session, kept);
    const link = fixture.enter(session);
    link.isStalled = isStalled;
    for (const text of messages) {
      fixture.outbox.send(session, text);
      fixture.outbox.flush();
    }
    link.readyState = 3;
    fixture.outbox.detach(session);
    return { fixture, session, kept };
  }

  it("gets small replies again in a few pieces, not one by one", () => {
    const { fixture, session, kept } = replied(false);
    expect(kept.acknowledge(20)).toBe(true);
    const next = fixture.enter(session);
    expect(next.received).toEqual(messages.slice(20));
    expect(next.written.length).toBeLessThan(5);
  });

  it("gets each reply once that its stalled connection had not taken", () => {
    const { fixture, session } = replied(true);
    const next = fixture.enter(session);
    fixture.outbox.flush();
    expect(next.received).toEqual(messages);
  });
});
