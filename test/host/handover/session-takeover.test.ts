import { expect, test } from "vitest";
import type { SessionSnapshot } from "../../../src/boundary/events.ts";
import type { HostSession } from "../../../src/host/api/host-session.ts";
import { OwnedSessions } from "../../../src/host/api/owned-sessions.ts";
import { SessionTakeover } from "../../../src/host/handover/session-takeover.ts";
import { PendingHandlers } from "../../../src/host/runtime/pending.ts";
import { packSession } from "../../../src/boundary/packed-sessions.ts";
import { FakeLoop } from "../../support/fake-host.ts";
import { anyHandshake } from "../../support/any-session.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const SLICE = 4;

const adoptionOf = (session: number): SessionSnapshot => ({
  session,
  handshake: anyHandshake(`s${session}`),
  state: "open",
  isOpened: true,
  rooms: [],
  attributes: [["seat", "window"]],
});

/** A host that takes sessions over and needs a millisecond to tell its script of each. */
function taker() {
  const clock = new VirtualClock();
  const loop = new FakeLoop();
  const sessions = new OwnedSessions();
  const told: HostSession[] = [];
  const adopter = new SessionTakeover(
    {
      clock,
      loop,
      own: (ref) => sessions.get(ref),
      add: (session) => sessions.add(session),
      remove: (session) => sessions.remove(session),
      rejoin: (session, rooms) => sessions.setRooms(session, rooms),
      tell: (session) => {
        clock.advance(1);
        session.takenOver = null;
        told.push(session);
      },
      told: () => undefined,
      pendings: new PendingHandlers(clock, 0),
    },
    SLICE,
  );
  return { adopter, loop, sessions, told };
}

test("sessions that come one after the other share a slice of a turn", () => {
  const { adopter, loop, told } = taker();
  for (let session = 1; session <= 100; session += 1)
    adopter.takeOver({ kind: "takeover", sessions: [adoptionOf(session)], reason: "reload" });
  loop.once();
  expect(told).toHaveLength(SLICE);
  loop.once();
  expect(told).toHaveLength(2 * SLICE);
  loop.turn();
  expect(told).toHaveLength(100);
});

test("a session whose script has been told inherits nothing any more: what it has is newer", () => {
  const { adopter, loop, sessions } = taker();
  const adopt = { kind: "takeover", sessions: [adoptionOf(1)], reason: "crash" } as const;
  adopter.takeOver(adopt);
  loop.turn();
  const left = packSession({ session: 1, attributes: [["seat", { row: 3 }]], saved: { moves: 1 } });
  adopter.takeOver({ ...adopt, packed: left });
  expect(sessions.get(1)?.saved).toBeUndefined();
  expect(sessions.get(1)?.attributes?.get("seat")).toBe("window");
});
