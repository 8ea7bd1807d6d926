// Front: the sessions and the directory feed of one slot, as its supervisor uses them.
import type { SlotFeed, SlotSessions } from "../incarnation/incarnation-ports.ts";
import type { Directory } from "./directory.ts";
import type { Hub } from "./hub.ts";

/** `routes`: the routes of the scripts that the slot's host runs. */
export function slotSessions(hub: Hub, directory: Directory, { slot, routes }: SlotParts): SlotSessions {
  return {
    refs: () => hub.sessionsOf(slot),
    population: () => routes().reduce((sum, route) => sum + directory.route(route).members.size, 0),
    snapshotsOf: (sessions) => hub.snapshotsOf(sessions),
    watch: () => directory.watch(slot),
    unwatch: () => directory.unwatch(slot),
    refresh: (session, key, value) => hub.refresh(session, key, value),
  };
}

export interface SlotParts {
  readonly slot: number;
  readonly routes: () => readonly string[];
}

// The host that serves follows under its slot's number, another incarnation under its own number, negated.
export function slotFeed(directory: Directory, slot: number): SlotFeed {
  return {
    follow: (incarnation) => directory.follow(slot, incarnation === null ? slot : -incarnation),
    forget: (incarnation) => directory.unfollow(-incarnation),
    promote: (incarnation) => directory.promote(slot, -incarnation),
  };
}
