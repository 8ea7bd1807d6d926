import { describe, expect, it } from "vitest";
import { Room, type Session } from "../../../src/front/directory/session.ts";
import type { OutboxOptions } from "../../../src/front/outbox/delivery.ts";
import { TurnOutbox } from "../../../src/front/outbox/outbox.ts";
import { FakeSocket } from "../../support/fake-socket.ts";
import { anySession } from "../../support/any-session.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

class House {
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
    const house = new House();
    const people = house.people(100, new Room("chat"));
    for (let n = 0; n < 256; n++)
      house.outbox.broadcast([...people[0]!.session.rooms!][0]!, `message ${n}`, null);
    expect(people.every(({ link }) => link.writes === 0)).toBe(true);
    house.outbox.flush();
    expect(people.reduce((sum, { link }) => sum + link.writes, 0)).toBe(100);
    expect(new Set(people.map(({ link }) => link.written[0])).size).toBe(1);
    expect(people[99]!.link.received).toEqual(Array.from({ length: 256 }, (_, n) => `message ${n}`));
  });

  it("writes each member once also when each is excluded from a message", () => {
    const house = new House();
    const room = new Room("chat");
    const people = house.people(20, room);
    for (let n = 0; n < 60; n++) house.outbox.broadcast(room, `${n % 20}`, people[n % 20]!.session);
    house.outbox.flush();
    for (const [index, { link }] of people.entries()) {
      expect(link.writes).toBe(1);
      expect(link.received).toHaveLength(57);
      expect(link.received).not.toContain(String(index));
    }
  });

  it("keeps the order across rooms, the route and direct sends", () => {
    const house = new House();
    const [blue, red] = [new Room("blue"), new Room("red")];
    const session = house.guest();
    const other = house.guest();
    house.join(session, blue);
    house.join(session, red);
    house.join(other, red);
    const link = house.enter(session);
    const otherLink = house.enter(other);
    house.outbox.broadcast(red, "1", null);
    house.outbox.send(session, "2");
    house.outbox.broadcast(blue, "3", null);
    house.outbox.broadcast(house.route, "4", null);
    house.outbox.broadcast(red, "5", null);
    house.outbox.flush();
    expect(link.received).toEqual(["1", "2", "3", "4", "5"]);
    expect(otherLink.received).toEqual(["1", "4", "5"]);
  });

  it("gives who comes and goes in mid-turn what was sent in between", () => {
    const house = new House();
    const room = new Room("chat");
    const [{ link: stays }, { session: leaves, link: left }] = house.people(2, room) as [never, never] as [
      { link: FakeSocket },
      { session: Session; link: FakeSocket },
    ];
    const comes = house.guest();
    const came = house.enter(comes);
    house.outbox.broadcast(room, "1", null);
    house.join(comes, room);
    house.outbox.broadcast(room, "2", null);
    house.leave(leaves, room);
    house.outbox.broadcast(room, "3", null);
    house.leave(comes, room);
    house.outbox.broadcast(room, "4", null);
    house.join(comes, room);
    house.outbox.broadcast(room, "5", null);
    house.outbox.flush();
    expect(stays.received).toEqual(["1", "2", "3", "4", "5"]);
    expect(left.received).toEqual(["1", "2"]);
    expect(came.received).toEqual(["2", "3", "5"]);
  });

  it("does not send to a route's session what was sent before it was admitted, or after it has gone", () => {
    const house = new House();
    const first = house.enter(house.guest());
    house.outbox.broadcast(house.route, "before", null);
    const session = anySession(new Room("elsewhere"));
    const late = Object.assign(session, { route: house.route });
    house.outbox.joining(late, house.route);
    house.route.members.add(late);
    const link = house.enter(late);
    house.outbox.broadcast(house.route, "during", null);
    house.outbox.leaving(late, house.route);
    house.route.members.delete(late);
    house.outbox.broadcast(house.route, "after", null);
    house.outbox.flush();
    expect(first.received).toEqual(["before", "during", "after"]);
    expect(link.received).toEqual(["during"]);
  });

  it("writes nothing when nothing was sent", () => {
    const house = new House();
    const link = house.enter(house.guest());
    house.outbox.flush();
    house.outbox.broadcast(new Room("empty"), "nobody", null);
    house.outbox.flush();
    expect(link.writes).toBe(0);
  });
});

describe("frames", () => {
  it.each([0, 1, 41, 42, 125, 126, 127, 4095, 4096, 21_845, 32_768, 65_535, 65_536, 200_000])(
    "carry %i characters, of one byte and of three, and as many bytes",
    (size) => {
      const house = new House();
      const session = house.guest();
      const link = house.enter(session);
      const texts = ["x".repeat(size), "€".repeat(size), "é".repeat(Math.floor(size / 2))];
      for (const text of texts) house.outbox.send(session, text);
      house.outbox.send(session, new Uint8Array(size).fill(7));
      house.outbox.flush();
      expect(link.frames.map(({ payload }) => payload.toString())).toEqual([...texts, "\u0007".repeat(size)]);
      expect(link.frames.map(({ opcode }) => opcode)).toEqual([1, 1, 1, 2]);
    },
  );

  it("carry a lone surrogate as a replacement character", () => {
    const house = new House();
    const session = house.guest();
    const link = house.enter(session);
    house.outbox.send(session, "a\ud800b");
    house.outbox.flush();
    expect(link.received).toEqual(["a\ufffdb"]);
  });

  it("are not overwritten by later turns", () => {
    const house = new House();
    const session = house.guest();
    const link = house.enter(session);
    const expected: string[] = [];
    for (let n = 0; n < 3000; n++) {
      expected.push(`${n} ${"x".repeat(n % 300)}`);
      house.outbox.send(session, expected.at(-1)!);
      if (n % 7 === 0) house.outbox.flush();
    }
    house.outbox.flush();
    expect(link.received).toEqual(expected);
  });
});

describe("closing", () => {
  it("delivers what was sent before and nothing that comes after", () => {
    const house = new House();
    const room = new Room("chat");
    const [{ session, link }] = house.people(1, room) as [{ session: Session; link: FakeSocket }];
    house.outbox.send(session, "Goodbye");
    house.outbox.close(session, 4000, "bye");
    house.outbox.send(session, "too late");
    house.outbox.broadcast(room, "too late", null);
    house.outbox.close(session, 4001, "twice");
    house.outbox.flush();
    house.outbox.broadcast(room, "too late", null);
    house.outbox.flush();
    expect(link.received).toEqual(["Goodbye", "close 4000 bye"]);
    expect(house.outbox.counts).toMatchObject({ offered: 4, delivered: 1, droppedClosed: 3, queued: 0 });
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
    const house = new House();
    const session = house.guest();
    const link = house.enter(session);
    house.outbox.close(session, code, "é".repeat(100));
    house.outbox.flush();
    expect(link.received).toEqual([`close ${sent} ${"é".repeat(61)}`]);
  });

  it("writes nothing to a connection that the peer has closed", () => {
    const house = new House();
    const session = house.guest();
    const link = house.enter(session);
    house.outbox.send(session, "1");
    link.readyState = 2;
    house.outbox.close(session, 1000, "");
    house.outbox.flush();
    expect(link.writes).toBe(0);
    expect(house.outbox.counts).toMatchObject({ offered: 1, droppedClosed: 1, queued: 0 });
  });

  it("finds listeners that send in a new turn", () => {
    const house = new House();
    const room = new Room("chat");
    const [one, two] = house.people(2, room);
    one!.link.close = () => {
      one!.link.readyState = 2;
      house.outbox.broadcast(room, "somebody left", one!.session);
    };
    house.outbox.close(one!.session, 1000, "");
    house.outbox.flush();
    house.outbox.flush();
    expect(two!.link.received).toEqual(["somebody left"]);
  });
});

describe("while connecting", () => {
  it("keeps what is sent until there is a connection", () => {
    const house = new House();
    const session = house.guest();
    house.outbox.send(session, "1");
    house.outbox.flush();
    house.outbox.broadcast(house.route, "2", null);
    house.outbox.flush();
    house.outbox.send(session, "3");
    expect(house.outbox.counts).toMatchObject({ offered: 3, queued: 3, delivered: 0 });
    const link = house.enter(session);
    house.outbox.send(session, "4");
    house.outbox.flush();
    expect(link.received).toEqual(["1", "2", "3", "4"]);
    expect(house.outbox.counts).toMatchObject({ offered: 4, queued: 0, delivered: 4 });
  });

  it.each([true, false])("closes after the waiting frames (flushed before: %s)", (isFlushed) => {
    const house = new House();
    const session = house.guest();
    house.outbox.send(session, "1");
    house.outbox.close(session, 4000, "no");
    house.outbox.send(session, "2");
    if (isFlushed) house.outbox.flush();
    const link = house.enter(session);
    house.outbox.flush();
    expect(link.received).toEqual(["1", "close 4000 no"]);
  });

  it.each([true, false])("drops what waits when the client leaves (flushed before: %s)", (isFlushed) => {
    const house = new House();
    const session = house.guest();
    house.outbox.send(session, "1");
    if (isFlushed) house.outbox.flush();
    house.outbox.forget(session);
    house.outbox.send(session, "2");
    house.outbox.flush();
    expect(house.outbox.counts).toMatchObject({ offered: 2, queued: 0, droppedClosed: 2 });
  });

  it("is bounded like what is unsent", () => {
    const house = new House({ unsentLimit: 100 });
    const session = house.guest();
    for (let n = 0; n < 5; n++) {
      house.outbox.send(session, "x".repeat(60));
      house.outbox.flush();
    }
    const link = house.enter(session);
    expect(link.received).toEqual(["x".repeat(60), "x".repeat(60), "close 1013 slow consumer"]);
    expect(house.outbox.counts).toMatchObject({
      offered: 5,
      delivered: 2,
      droppedSlow: 1,
      droppedClosed: 2,
      cutSlow: 1,
    });
  });
});

describe("a slow reader", () => {
  it("is cut at the limit, and ended when it does not take even that", () => {
    const house = new House({ unsentLimit: 1000, slowGrace: 5000 });
    const room = new Room("chat");
    const [slow, quick] = house.people(2, room);
    slow!.link.isStalled = true;
    for (let n = 0; n < 20; n++) {
      house.outbox.broadcast(room, "x".repeat(98), null);
      house.outbox.flush();
    }
    expect(slow!.link.received).toEqual([
      ...Array<string>(11).fill("x".repeat(98)),
      "close 1013 slow consumer",
    ]);
    expect(quick!.link.received).toHaveLength(20);
    expect(house.outbox.counts).toEqual({
      offered: 40,
      delivered: 31,
      queued: 0,
      droppedSlow: 1,
      droppedClosed: 8,
      cutSlow: 1,
    });
    house.clock.advance(4999);
    expect(slow!.link.terminated).toBe(false);
    house.clock.advance(1);
    expect(slow!.link.terminated).toBe(true);
  });

  it("does not keep other people's frames in memory", () => {
    const house = new House();
    const slow = house.guest();
    const quick = house.guest();
    const link = house.enter(slow);
    house.enter(quick);
    link.isStalled = true;
    for (let n = 0; n < 200; n++) {
      house.outbox.send(slow, "a little");
      house.outbox.send(quick, "x".repeat(3000));
      house.outbox.flush();
      quick.outboxState = null;
      house.enter(quick);
    }
    const memories = new Set(link.written.slice(1).map(({ buffer }) => buffer));
    const held = [...memories].reduce((sum, buffer) => sum + buffer.byteLength, 0);
    expect(held).toBeLessThan(200 * 20);
  });

  it("shares with other slow readers what waits", () => {
    const house = new House();
    const room = new Room("chat");
    const people = house.people(10, room);
    for (const { link } of people) link.isStalled = true;
    for (let n = 0; n < 3; n++) {
      house.outbox.broadcast(room, "x".repeat(500), null);
      house.outbox.flush();
    }
    const memories = new Set(people.flatMap(({ link }) => link.written.slice(1).map(({ buffer }) => buffer)));
    expect(memories.size).toBe(2);
  });
});

describe("holding", () => {
  it("puts the flush off until the next one, or until the time is up", () => {
    const house = new House();
    const session = house.guest();
    const link = house.enter(session);
    house.outbox.send(session, "1");
    house.outbox.hold(2);
    house.outbox.send(session, "2");
    house.outbox.hold(2);
    house.clock.advance(1);
    expect(link.writes).toBe(0);
    house.clock.advance(1);
    expect(link.received).toEqual(["1", "2"]);
    house.outbox.send(session, "3");
    house.outbox.hold(2);
    house.outbox.flush();
    expect(link.received).toEqual(["1", "2", "3"]);
    expect(house.clock.waiting).toBe(0);
  });
});

describe("compression", () => {
  const long = "the same words and the same words ".repeat(50);

  it("happens once a message, for those who take it", () => {
    const house = new House({ deflateThreshold: 1000 });
    const room = new Room("chat");
    const sessions = [house.guest(), house.guest(), house.guest()];
    for (const session of sessions) house.join(session, room);
    const [plain, one, two] = sessions.map((session, n) => house.enter(session, new FakeSocket(n > 0)));
    for (const text of ["short", long, "short", Buffer.from(long)]) house.outbox.broadcast(room, text, null);
    house.outbox.send(sessions[2]!, "more");
    house.outbox.flush();
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
      const house = new House({ deflateThreshold });
      const session = house.guest();
      const link = house.enter(session, new FakeSocket(true));
      house.outbox.send(session, deflateThreshold === null ? long : noise);
      house.outbox.flush();
      expect(link.frames.map(({ isCompressed }) => isCompressed)).toEqual([false]);
    }
  });
});
