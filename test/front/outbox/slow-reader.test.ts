import { describe, expect, it } from "vitest";
import type { MessageOptions, SlowPolicy } from "../../../src/boundary/flow/slow-policy.ts";
import { Room, type Session } from "../../../src/front/directory/session.ts";
import { OUTBOUND_DROPS } from "../../../src/front/flow/flow-counts.ts";
import { RouteTraffic } from "../../../src/front/flow/route-traffic.ts";
import type { OutboxOptions } from "../../../src/front/outbox/outbox-options.ts";
import { TurnOutbox } from "../../../src/front/outbox/outbox.ts";
import { queueOf } from "../../../src/front/outbox/session-queue.ts";
import { anySession } from "../../support/any-session.ts";
import { FakeSocket } from "../../support/fake-socket.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const KILOBYTE = "k".repeat(1000);

class Fixture {
  readonly clock = new VirtualClock();
  readonly route = new Room("/ws/chat", new RouteTraffic());
  readonly outbox: TurnOutbox;
  readonly unsent: number[] = [];

  constructor(options: Partial<OutboxOptions> = {}, slow: SlowPolicy | null = null) {
    this.outbox = new TurnOutbox(this.clock, options);
    this.outbox.onUnsent = (_session, bytes) => void this.unsent.push(bytes);
    this.route.traffic!.slow = slow;
  }

  client(isStalled = true): { session: Session; link: FakeSocket } {
    const session = anySession(this.route);
    session.state = "open";
    const link = new FakeSocket();
    this.outbox.attach(session, link);
    link.isStalled = isStalled;
    return { session, link };
  }

  send(session: Session, data: string, options?: MessageOptions): void {
    this.outbox.send(session, data, options);
    this.outbox.flush();
  }

  get traffic() {
    return this.route.traffic!.outbound.snapshot(OUTBOUND_DROPS);
  }
}

const key = (name: string): MessageOptions => ({ key: name, slow: null });

describe("a policy for slow readers", () => {
  it("drop-newest keeps what waits, and drops what comes", () => {
    const fixture = new Fixture({ unsentLimit: 4000 }, "drop-newest");
    const { session, link } = fixture.client();
    for (let n = 0; n < 10; n++) fixture.send(session, `${n}${KILOBYTE}`);
    link.drain();
    expect(link.received.map((text) => text[0])).toEqual(["0", "1", "2", "3", "4"]);
    fixture.send(session, "later");
    expect(link.received.at(-1)).toBe("later");
    expect(fixture.traffic).toMatchObject({ offered: 11, delivered: 6, queued: 0, dropped: { slow: 5 } });
  });

  it("drop-oldest keeps the newest messages, in order", () => {
    const fixture = new Fixture({ unsentLimit: 4000 }, "drop-oldest");
    const { session, link } = fixture.client();
    for (let n = 0; n < 10; n++) fixture.send(session, `${n}${KILOBYTE}`);
    link.drain();
    expect(link.received.map((text) => text[0])).toEqual(["0", "6", "7", "8", "9"]);
    expect(fixture.traffic).toMatchObject({ offered: 10, delivered: 5, dropped: { slow: 5 } });
  });

  it("drop-oldest drops single messages of a turn, in a room as well", () => {
    const fixture = new Fixture({ unsentLimit: 4000 }, "drop-oldest");
    const { session, link } = fixture.client();
    fixture.send(session, "first");
    for (let n = 0; n < 10; n++) fixture.outbox.broadcast(fixture.route, `${n}${KILOBYTE}`, null);
    fixture.outbox.flush();
    link.drain();
    expect(link.received.map((text) => text[0])).toEqual(["f", "6", "7", "8", "9"]);
    expect(fixture.route.flow.snapshot(OUTBOUND_DROPS)).toMatchObject({
      offered: 10,
      delivered: 4,
      queued: 0,
      dropped: { slow: 6 },
    });
  });

  it("latest keeps one message without a key, and one of each key", () => {
    const fixture = new Fixture({}, "latest");
    const { session, link } = fixture.client();
    fixture.send(session, "first");
    for (let n = 0; n < 5; n++) {
      fixture.outbox.send(session, `plain ${n}`);
      fixture.outbox.broadcast(fixture.route, `a ${n}`, null, key("a"));
      fixture.outbox.broadcast(fixture.route, `b ${n}`, null, key("b"));
      fixture.outbox.flush();
    }
    link.drain();
    expect(link.received).toEqual(["first", "plain 4", "a 4", "b 4"]);
    expect(fixture.traffic).toMatchObject({ offered: 16, delivered: 4, dropped: { superseded: 12 } });
  });

  it("a key lets only the newest message wait on a route that closes slow readers", () => {
    const fixture = new Fixture({ unsentLimit: 4000 });
    const { session, link } = fixture.client();
    fixture.send(session, "first");
    for (let n = 0; n < 100; n++) {
      fixture.outbox.send(session, `${n}${KILOBYTE}`, key("position"));
      fixture.outbox.send(session, n === 3 ? "between" : "", key("other"));
      fixture.outbox.flush();
    }
    expect(link.readyState).toBe(1);
    link.drain();
    expect(link.received.map((text) => text.slice(0, 3))).toEqual(["fir", "99k", ""]);
  });

  it("a message of its own policy is dropped where the route closes", () => {
    const fixture = new Fixture({ unsentLimit: 2000 });
    const { session, link } = fixture.client();
    fixture.send(session, "first");
    for (let n = 0; n < 5; n++) fixture.send(session, `${n}${KILOBYTE}`, { key: null, slow: "drop-newest" });
    expect(link.readyState).toBe(1);
    link.drain();
    expect(link.received.map((text) => text[0])).toEqual(["f", "0", "1"]);
  });

  it("a message larger than the limit is sent if nothing waits before it", () => {
    const fixture = new Fixture({ unsentLimit: 2000 });
    const { session, link } = fixture.client();
    fixture.send(session, "x".repeat(100_000));
    fixture.send(session, "next");
    expect(link.readyState).toBe(1);
    link.drain();
    expect(link.received).toHaveLength(2);
  });

  it("a close is written behind the messages that wait", () => {
    const fixture = new Fixture();
    const { session, link } = fixture.client();
    for (const text of ["1", "2", "3"]) fixture.send(session, text);
    fixture.outbox.close(session, 4000, "bye");
    fixture.outbox.flush();
    expect(link.readyState).toBe(1);
    link.drain();
    expect(link.received).toEqual(["1", "2", "3", "close 4000 bye"]);
  });
});

describe("a client that takes nothing", () => {
  it.each<SlowPolicy>(["close", "drop-newest", "drop-oldest", "latest"])(
    "is cut after a time (%s)",
    (slow) => {
      const fixture = new Fixture({ unsentTimeout: 30_000 }, slow);
      const { session, link } = fixture.client();
      for (const text of ["1", "2", "3"]) fixture.send(session, text);
      fixture.clock.advance(29_000);
      expect(link.readyState).toBe(1);
      fixture.clock.advance(1500);
      expect(link.received).toEqual(["1", "close 1013 slow consumer: no progress"]);
      fixture.clock.advance(5000);
      expect(link.terminated).toBe(true);
      link.lose();
      const waited = slow === "latest" ? 1 : 2;
      expect(fixture.traffic).toMatchObject({
        offered: 3,
        queued: 0,
        dropped: { stalled: waited, closed: 1 },
      });
      expect(fixture.clock.waiting).toBe(0);
    },
  );

  it("is not cut while it takes a little now and then", () => {
    const fixture = new Fixture({ unsentTimeout: 30_000 });
    const { session, link } = fixture.client();
    for (let n = 0; n < 10; n++) {
      fixture.send(session, KILOBYTE);
      fixture.clock.advance(20_000);
      link.drain();
      link.isStalled = true;
    }
    expect(link.readyState).toBe(1);
  });

  it("is ended at once if its script had closed it before", () => {
    const fixture = new Fixture({ unsentTimeout: 30_000 });
    const { session, link } = fixture.client();
    for (const text of ["1", "2"]) fixture.send(session, text);
    fixture.outbox.close(session, 1000, "");
    fixture.outbox.flush();
    fixture.clock.advance(31_000);
    expect(link.terminated).toBe(true);
    link.lose();
    expect(fixture.traffic).toMatchObject({ offered: 2, queued: 0, dropped: { stalled: 1, closed: 1 } });
  });
});

describe("the unsent bytes of all sessions", () => {
  it("are bounded together: those without progress are cut first", () => {
    const fixture = new Fixture({ unsentLimit: 50_000, unsentTotal: 100_000 });
    const idle = Array.from({ length: 5 }, () => fixture.client());
    for (const { session } of idle) for (let n = 0; n < 19; n++) fixture.send(session, `${n}${KILOBYTE}`);
    fixture.clock.advance(2000);
    const moving = fixture.client();
    for (let n = 0; n < 10; n++) fixture.send(moving.session, `${n}${KILOBYTE}`);
    expect(moving.link.readyState).toBe(1);
    expect(idle.filter(({ link }) => link.readyState === 2)).toHaveLength(1);
    expect(fixture.outbox.counts.cutSlow).toBe(1);
    expect(fixture.traffic.dropped.shed).toBe(18);
  });

  it("count once what many sessions share", () => {
    const fixture = new Fixture({ unsentTotal: 100_000 });
    const clients = Array.from({ length: 50 }, () => fixture.client());
    for (let n = 0; n < 20; n++) {
      fixture.outbox.broadcast(fixture.route, `${n}${KILOBYTE}`, null);
      fixture.outbox.flush();
    }
    expect(clients.every(({ link }) => link.readyState === 1)).toBe(true);
    for (const { link } of clients) link.drain();
    expect(clients.every(({ link }) => link.received.length === 20)).toBe(true);
    expect(fixture.traffic).toMatchObject({ offered: 1000, delivered: 1000, queued: 0 });
  });
});

describe("a client that is cut", () => {
  it("is reported once, with the bound that it has exceeded", () => {
    const cut: string[] = [];
    const options = { unsentLimit: 20_000, unsentTotal: 50_000, unsentTimeout: 30_000 };
    const fixture = new Fixture({ ...options, onCut: (_session, reason) => void cut.push(reason) });
    const { session } = fixture.client();
    for (let n = 0; n < 30; n++) fixture.send(session, KILOBYTE);
    expect(cut).toEqual(["slow"]);
    const others = Array.from({ length: 4 }, () => fixture.client());
    for (const other of others) for (let n = 0; n < 15; n++) fixture.send(other.session, `${n}${KILOBYTE}`);
    expect(cut).toEqual(["slow", "shed"]);
    fixture.clock.advance(31_000);
    expect(cut).toEqual(["slow", "shed", "stalled", "stalled", "stalled"]);
  });
});

describe("how much waits for a session", () => {
  it("is reported when it is much, when it doubles, and when all has been taken", () => {
    const fixture = new Fixture();
    fixture.route.traffic!.wantsUnsent = true;
    const { session, link } = fixture.client();
    fixture.send(session, "x".repeat(1000));
    expect(fixture.unsent).toEqual([]);
    for (let n = 0; n < 5; n++) fixture.send(session, "x".repeat(60_000));
    expect(fixture.unsent.map((bytes) => Math.round(bytes / 1000))).toEqual([61, 181]);
    expect(queueOf(session).unsentBytes).toBe(301_000 + 4 + 5 * 4);
    link.drain();
    expect(fixture.unsent.at(-1)).toBe(0);
  });

  it("is reported as nothing when much was sent and taken at once", () => {
    const fixture = new Fixture();
    fixture.route.traffic!.wantsUnsent = true;
    const { session } = fixture.client(false);
    fixture.send(session, "x".repeat(10_000));
    expect(fixture.unsent).toEqual([]);
    fixture.send(session, "x".repeat(20_000));
    fixture.outbox.broadcast(fixture.route, "x".repeat(20_000), null);
    fixture.outbox.flush();
    expect(fixture.unsent).toEqual([0, 0]);
  });

  it("is not reported to routes that do not ask", () => {
    const fixture = new Fixture();
    const { session } = fixture.client();
    for (let n = 0; n < 4; n++) fixture.send(session, "x".repeat(60_000));
    expect(fixture.unsent).toEqual([]);
  });
});
