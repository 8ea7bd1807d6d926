import { storedValue } from "../../../src/host/bytes/packed-values.ts";
import { expect, test } from "vitest";
import { StoredAttributes } from "../../../src/front/directory/stored-attributes.ts";
import { Room, Session } from "../../../src/front/directory/session.ts";
import { sessionsToShed, weightOfSession } from "../../../src/front/directory/shedding.ts";
import { anyHandshake } from "../../support/any-session.ts";

const route = new Room("/ws/chat");

function session(ref: number, headers = ""): Session {
  const made = new Session(ref, { ...anyHandshake(`s${ref}`), headers }, { host: 1, route });
  made.state = "open";
  made.admission = "opened";
  return made;
}

const refs = (sessions: readonly Session[], keep: number, heavy = 0): number[] =>
  sessionsToShed(sessions, { keep, heavy }).map((shed) => shed.session.ref);

test("sessions go by their weight, and among equals the last to come, until the others fit", () => {
  const sessions = [session(1), session(2, "x".repeat(14_000)), session(3, "x".repeat(14_000)), session(4)];
  expect(refs(sessions, 1e6)).toEqual([]);
  expect(refs(sessions, 25_000)).toEqual([3]);
  expect(refs(sessions, 9000)).toEqual([3, 2]);
  expect(refs(sessions, 3000)).toEqual([3, 2, 4]);
});

test("sessions below the weight of heavy ones stay, and so do those that are not open", () => {
  const connecting = session(1, "x".repeat(14_000));
  connecting.state = "connecting";
  expect(refs([connecting, session(2), session(3)], 100, 8192)).toEqual([]);
});

test("rooms and attributes weigh, by their names and values", () => {
  const plain = weightOfSession(session(1));
  const member = session(2);
  member.rooms = new Set([new Room("r".repeat(1000))]);
  expect(weightOfSession(member)).toBeGreaterThan(plain + 1000);
  const rich = session(3);
  rich.attributes = new StoredAttributes();
  rich.attributes.set("text", "x".repeat(1000));
  rich.attributes.set(
    "deep",
    storedValue({ list: [new Uint8Array(1000), new Map([["key", "x".repeat(1000)]])] }),
  );
  expect(weightOfSession(rich)).toBeGreaterThan(plain + 3000);
});
