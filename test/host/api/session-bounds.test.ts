import { storedValue } from "../../../src/host/bytes/packed-values.ts";
import { beforeEach, describe, expect, test } from "vitest";
import type { JoinOptions } from "../../../src/boundary/rooms/join-options.ts";
import { CommandLog } from "../../../src/host/runtime/command-log.ts";
import { HostSession } from "../../../src/host/api/host-session.ts";
import { OwnedSessions } from "../../../src/host/api/owned-sessions.ts";
import { Replica } from "../../../src/host/api/replica.ts";
import { anyHandshake } from "../../support/any-session.ts";

const LIMITS = {
  sessionLimits: {
    rooms: 2,
    roomName: 5,
    attributes: 2,
    attributeName: 9,
    attributeBytes: 100,
    presenceBytes: 2600,
  },
  hostLimits: { rooms: 3, attributeBytes: 4000, presenceBytes: 5000, clients: 1 },
};

let commands: CommandLog;
let replica: Replica;
let session: HostSession;

beforeEach(() => {
  commands = new CommandLog(() => undefined);
  replica = new Replica(commands, () => [], LIMITS);
  session = new HostSession(1, anyHandshake("a"), "open");
  replica.add(session);
});

const set = (key: string, value: unknown): void =>
  replica.setAttribute(session, key, value, storedValue(value));
const refused = (call: () => void, kind: new () => Error = RangeError): string => {
  commands.take();
  expect(call).toThrow(kind);
  expect(commands.take()).toEqual([]);
  try {
    call();
    return "";
  } catch (error) {
    expect(error).toMatchObject({ code: "PARLOR_SESSION_LIMIT" });
    return (error as Error).message;
  }
};

describe("the rooms of a session", () => {
  test("a join beyond the number of rooms throws, and one after a leave does not", () => {
    replica.join(session, "red");
    replica.join(session, "blue");
    replica.join(session, "red");
    expect(refused(() => replica.join(session, "green"))).toContain("may be in up to 2 rooms");
    expect([...(session.rooms?.keys() ?? [])]).toEqual(["red", "blue"]);
    replica.leave(session, "red");
    replica.join(session, "green");
  });

  test("a name that is longer than allowed throws", () => {
    expect(refused(() => replica.join(session, "yellow"))).toContain("may have 5 bytes");
    expect(replica.memberCount("yellow")).toBe(0);
  });

  test("a name counts by its bytes in UTF-8", () => {
    expect(refused(() => replica.join(session, "äöü"))).toContain("may have 5 bytes");
    replica.join(session, "äöx");
  });

  test("the rooms of all sessions of a host are bounded, and those with few get twice as many", () => {
    for (const ref of [2, 3, 4, 5]) {
      const other = new HostSession(ref, anyHandshake(String(ref)), "open");
      replica.add(other);
      if (ref === 5) expect(refused(() => replica.join(other, "9"))).toContain("up to 3 rooms");
      else for (const room of ["a", "b"]) replica.join(other, `${room}${ref}`);
      if (ref === 5) replica.join(other, "a2");
    }
  });
});

describe("the presence of all sessions of a host", () => {
  const shown = (bytes: number): JoinOptions => ({ history: false, presence: "x".repeat(bytes) });
  const others = (): HostSession[] =>
    [2, 3, 4].map((ref) => {
      const other = new HostSession(ref, anyHandshake(String(ref)), "open");
      replica.add(other);
      return other;
    });

  test("is refused for one session alone beyond its own bound, in bytes", () => {
    const presence = "é".repeat(1300);
    replica.join(session, "a", { history: false, presence });
    const more = { history: false, presence: `${presence}x` };
    const text = refused(() => replica.join(session, "b", more), TypeError);
    expect(text).toMatch(
      /^room\.join: a session may show up to 2600 bytes .*\(sessionLimits\.presenceBytes\)/,
    );
    expect([...(session.rooms ?? [])]).toEqual([["a", presence]]);
  });

  test("counts together, and sessions that show little may show until there is twice as much", () => {
    const [one, two, three] = others() as [HostSession, HostSession, HostSession];
    replica.join(one, "a", shown(2500));
    replica.join(two, "a", { history: false, presence: "é".repeat(1250) });
    expect(refused(() => replica.join(three, "a", shown(2500)))).toContain("5000 bytes together");
    expect(three.rooms).toBeNull();
    replica.join(three, "a");
    expect(refused(() => replica.join(three, "a", shown(2049)))).toContain("hostLimits.presenceBytes");
    replica.join(three, "a", shown(2048));
    replica.join(one, "a", shown(2400));
    expect(refused(() => replica.join(one, "a", shown(2401)))).toContain("5000 bytes together");
  });

  test("does not count any more after a leave, a smaller one, or the end of a session", () => {
    const [one, two, three] = others() as [HostSession, HostSession, HostSession];
    const fill = (): void => replica.join(three, "a", shown(2500));
    for (const each of [one, two]) replica.join(each, "a", shown(2500));
    refused(fill);
    replica.leave(one, "a");
    fill();
    replica.leave(three, "a");
    replica.join(one, "a", shown(2500));
    refused(fill);
    replica.join(one, "a", shown(10));
    fill();
    replica.leave(three, "a");
    replica.join(one, "a", shown(2500));
    refused(fill);
    replica.remove(one);
    fill();
  });

  test("counts after a handover, too", () => {
    const restored = new HostSession(9, anyHandshake("9"), "open");
    restored.rooms = new Map([["a", "x".repeat(5000)]]);
    const owned = new OwnedSessions();
    owned.add(restored);
    replica.takeOver(owned);
    replica.add(session);
    refused(() => replica.join(session, "a", shown(2500)));
    replica.rejoin(restored, new Map([["a", null]]));
    replica.join(session, "a", shown(2500));
  });
});

describe("the attributes of a session", () => {
  test("one more than allowed throws; another value of a known one does not", () => {
    set("a", 1);
    set("b", 2);
    expect(refused(() => set("c", 3))).toContain("may have up to 2 attributes");
    set("b", 3);
    replica.removeAttribute(session, "a");
    set("c", 3);
    expect([...(session.attributes ?? [])]).toEqual([
      ["b", 3],
      ["c", 3],
    ]);
  });

  test("their bytes count together, and what is replaced or removed does not count any more", () => {
    set("a", "x".repeat(60));
    expect(refused(() => set("b", ["x".repeat(60)]))).toContain("100 bytes");
    set("a", "x".repeat(90));
    set("a", "");
    set("b", new Uint8Array(60));
    replica.removeAttribute(session, "b");
    set("b", { text: "x".repeat(40) });
    expect(session.attributes?.get("b")).toEqual({ text: "x".repeat(40) });
  });

  test("a text counts by its bytes in UTF-8, and so does a name", () => {
    expect(refused(() => set("a", "é".repeat(50)))).toContain("100 bytes");
    set("a", "é".repeat(30));
    expect(refused(() => set("äääää", 1))).toContain("may have 9 bytes");
  });

  test("those of all sessions of a host count together, until a session ends", () => {
    const all = Array.from({ length: 90 }, (_, at) => new HostSession(at + 2, anyHandshake(`${at}`), "open"));
    for (const other of all) replica.add(other);
    const fill = (other: HostSession): void =>
      replica.setAttribute(other, "a", "x".repeat(95), "x".repeat(95));
    for (const other of all.slice(0, 84)) fill(other);
    expect(refused(() => fill(all[85] as HostSession))).toContain("4000 bytes together");
    replica.remove(all[0] as HostSession);
    replica.remove(all[1] as HostSession);
    fill(all[85] as HostSession);
  });

  test("those that an earlier host has left count as well", () => {
    session.attributes = new Map([["old", "x".repeat(90)]]);
    refused(() => set("new", "x".repeat(20)));
  });
});
