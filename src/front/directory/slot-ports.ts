// Front: the sessions and the directory feed of one slot, as its supervisor uses them.
import { TRY_AGAIN_LATER } from "../../boundary/errors/close-codes.ts";
import type { Shed, ShedLimits, SlotFeed, SlotSessions } from "../incarnation/incarnation-ports.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { Directory } from "./directory.ts";
import type { Hub } from "./hub.ts";
import { sessionsToShed } from "./shedding.ts";

/** `routes`: the routes of the scripts that the slot's host runs. */
export function slotSessions(
  hub: Hub,
  directory: Directory,
  { slot, routes, counts }: SlotParts,
): SlotSessions {
  const isOwn = (ref: SessionRef): boolean => directory.sessions.get(ref)?.host === slot;
  return {
    refs: () => hub.sessionsOf(slot),
    population: () => routes().reduce((sum, route) => sum + directory.route(route).members.size, 0),
    // A host names sessions itself in a handover: those of others are none of its business.
    snapshotsOf: (sessions) => hub.snapshotsOf([...sessions].filter(isOwn)),
    watch: () => directory.watch(slot),
    unwatch: () => directory.unwatch(slot),
    refresh: (attributes) => {
      const { sessions = [], keys = [], values: bytes } = attributes ?? {};
      for (const [at, ref] of sessions.entries())
        if (isOwn(ref) && bytes !== undefined)
          hub.refresh(ref, keys[at] ?? "", { bytes, at, of: sessions.length });
    },
    shed: (limits) => {
      const shed = shedFrom(hub, directory, { slot, limits });
      counts.shed += shed?.count ?? 0;
      return shed;
    },
  };
}

// Their script gets no close event: the host that knew them is gone, and the next one never learns of them.
function shedFrom(
  hub: Hub,
  directory: Directory,
  { slot, limits }: { readonly slot: number; readonly limits: ShedLimits },
): Shed | null {
  const own = [...directory.sessions.values()].filter(({ host }) => host === slot);
  const shed = sessionsToShed(own, limits);
  const [first] = shed;
  if (first === undefined) return null;
  for (const { session } of shed) hub.terminate(session, TRY_AGAIN_LATER, "out of memory");
  const { id, address } = first.session.handshake;
  const bytes = shed.reduce((sum, each) => sum + each.bytes, 0);
  return { count: shed.length, bytes, heaviest: `${id} from ${address}` };
}

export interface SlotParts {
  readonly slot: number;
  readonly routes: () => readonly string[];
  readonly counts: { shed: number };
}

// The host that serves follows under its slot's number, another incarnation under its own number, negated.
export function slotFeed(directory: Directory, slot: number): SlotFeed {
  return {
    follow: (incarnation) => directory.follow(slot, incarnation === null ? slot : -incarnation),
    forget: (incarnation) => directory.unfollow(-incarnation),
    promote: (incarnation) => directory.promote(slot, -incarnation),
  };
}
