import { beforeEach, describe, expect, test } from "vitest";
import { Directory } from "../../../src/front/directory/directory.ts";
import { HostSums } from "../../../src/front/directory/host-sums.ts";
import { KeptCheck } from "../../../src/front/directory/kept-check.ts";
import { Session } from "../../../src/front/directory/session.ts";
import { StoredAttributes } from "../../../src/front/directory/stored-attributes.ts";
import { DEFAULT_SESSION_LIMITS } from "../../../src/boundary/turn/session-limits.ts";
import { anyHandshake } from "../../support/any-session.ts";

const LIMITS = { rooms: 10, attributeBytes: 1000, presenceBytes: 1000, clients: 1 };
/** By so much the front lets a host go beyond them. */
const LENIENCY = 8;

let directory: Directory;

beforeEach(() => {
  directory = new Directory(() => undefined);
});

const sessionsOf = (host: number, count: number): Session[] =>
  Array.from({ length: count }, (_, at) => {
    const session = new Session(host * 10_000 + at, anyHandshake(`${host}-${at}`), {
      host,
      route: directory.route("/ws/chat"),
    });
    directory.add(session);
    return session;
  });

const checkOf = (host: number): KeptCheck =>
  new KeptCheck(directory, {
    session: DEFAULT_SESSION_LIMITS,
    sums: new HostSums(directory, host, LIMITS),
  });

/** Returns how many were let in. */
function joinAll(check: KeptCheck, sessions: readonly Session[], nameOf: (at: number) => string): number {
  const joined = sessions.filter((session, at) => {
    const mayJoin = check.mayJoin(session.ref, nameOf(at), null);
    if (mayJoin) directory.join(session, directory.roomFor(nameOf(at)));
    return mayJoin;
  });
  return joined.length;
}

describe("the sessions of a host that forges its messages", () => {
  test("are together in no more rooms than a multiple of its limit, and others are not concerned", () => {
    const [sessions, others] = [sessionsOf(1, 500), sessionsOf(2, 20)];
    expect(joinAll(checkOf(1), sessions, (at) => `room ${at}`)).toBe(LIMITS.rooms * LENIENCY);
    expect(joinAll(checkOf(2), others, (at) => `other ${at}`)).toBe(20);
  });

  test("may all be in one room, and in others as soon as rooms have ended", () => {
    const sessions = sessionsOf(1, 500);
    const check = checkOf(1);
    expect(joinAll(check, sessions, () => "one")).toBe(500);
    for (let round = 0; round < 5; round += 1) {
      const name = (at: number): string => `${round} ${at}`;
      expect(joinAll(check, sessions.slice(0, 70), name)).toBe(70);
      for (const [at, session] of sessions.slice(0, 70).entries())
        directory.leave(session, directory.roomFor(name(at)));
    }
  });

  test("keep no more bytes in attributes than a multiple of its limit", () => {
    const check = checkOf(1);
    let bytes = 0;
    for (const session of sessionsOf(1, 500)) {
      const value = "x".repeat(99);
      if (!check.maySet(session.ref, "a", value)) continue;
      (session.attributes ??= new StoredAttributes()).set("a", value);
      bytes += session.attributes.bytes;
    }
    expect(bytes).toBe(LIMITS.attributeBytes * LENIENCY);
  });

  test("show no more bytes in rooms than a multiple of its limit, also if a reload has replaced the check", () => {
    let bytes = 0;
    const text = JSON.stringify({ data: "x".repeat(88) });
    for (const session of sessionsOf(1, 500)) {
      if (!checkOf(1).mayJoin(session.ref, "one", text)) continue;
      directory.join(session, directory.roomFor("one"), text);
      bytes += text.length;
    }
    expect(bytes).toBeLessThanOrEqual(LIMITS.presenceBytes * LENIENCY);
    expect(bytes).toBeGreaterThan(LIMITS.presenceBytes * LENIENCY - text.length);
  });
});
