import { expect, test } from "vitest";
import type { SessionSnapshot } from "../../../src/boundary/events.ts";
import type { HostSession } from "../../../src/host/api/host-session.ts";
import { OwnedSessions } from "../../../src/host/api/owned-sessions.ts";
import { SessionTakeover } from "../../../src/host/handover/session-takeover.ts";
import { SessionPacker } from "../../../src/host/bytes/packed-values.ts";
import { FakeLoop } from "../../support/fake-host.ts";
import { anyHandshake } from "../../support/any-session.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const SLICE = 4;

const snapshotOf = (session: number): SessionSnapshot => ({
  session,
  handshake: anyHandshake(`s${session}`),
  state: "open",
  isOpened: true,
  rooms: [],
  attributes: [["seat", "window"]],
});

/** A host that takes sessions over, and whose script takes a millisecond for each notice. */
function newHost() {
  const clock = new VirtualClock();
  const loop = new FakeLoop();
  const owned = new OwnedSessions();
  const notified: HostSession[] = [];
  const takeover = new SessionTakeover({ clock, loop }, SLICE, {
    sessions: {
      get: (ref) => owned.byRef.get(ref),
      add: (session) => owned.add(session),
      remove: (session) => owned.remove(session),
      rejoin: (session, rooms) => owned.setRooms(session, rooms),
    },
    notify: (session) => {
      clock.advance(1);
      session.notified();
      notified.push(session);
    },
  });
  return { takeover, loop, owned, notified };
}

test("sessions that come one after the other share a slice of a turn", () => {
  const { takeover, loop, notified } = newHost();
  for (let session = 1; session <= 100; session += 1)
    takeover.takeOver({ kind: "takeover", sessions: [snapshotOf(session)], reason: "reload" });
  loop.once();
  expect(notified).toHaveLength(SLICE);
  loop.once();
  expect(notified).toHaveLength(2 * SLICE);
  loop.turn();
  expect(notified).toHaveLength(100);
});

test("a session whose script was notified keeps its own state, which is newer than the state handed over", () => {
  const { takeover, loop, owned } = newHost();
  const event = { kind: "takeover", sessions: [snapshotOf(1)], reason: "crash" } as const;
  takeover.takeOver(event);
  loop.turn();
  const packer = new SessionPacker(() => undefined);
  packer.add(1, new Map([["seat", { row: 3 }]]), { moves: 1 });
  const packed = packer.pack();
  takeover.takeOver({ ...event, packed: [packed] });
  expect(owned.byRef.get(1)?.saved).toBeUndefined();
  expect(owned.byRef.get(1)?.attributes?.get("seat")).toBe("window");
});
