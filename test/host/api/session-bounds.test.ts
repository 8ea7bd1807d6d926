import { storedValue } from "../../../src/host/bytes/packed-values.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { CommandLog } from "../../../src/boundary/commands.ts";
import { HostSession } from "../../../src/host/api/host-session.ts";
import { Replica } from "../../../src/host/api/replica.ts";
import { anyHandshake } from "../../support/any-session.ts";

const LIMITS = { rooms: 2, roomName: 5, attributes: 2, attributeBytes: 100 };

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
const refused = (call: () => void): string => {
  commands.take();
  expect(call).toThrow(RangeError);
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
    expect([...(session.rooms ?? [])]).toEqual(["red", "blue"]);
    replica.leave(session, "red");
    replica.join(session, "green");
  });

  test("a name that is longer than allowed throws", () => {
    expect(refused(() => replica.join(session, "yellow"))).toContain("may have 5 characters");
    expect(replica.memberCount("yellow")).toBe(0);
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

  test("those that an earlier host has left count as well", () => {
    session.attributes = new Map([["old", "x".repeat(90)]]);
    refused(() => set("new", "x".repeat(20)));
  });
});
