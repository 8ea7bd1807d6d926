// Front: what an incarnation needs of the front, whatever its role: time, the slot's sessions, its feed, its output.
import type { Commit } from "../../boundary/batch.ts";
import type { CommandList } from "../../boundary/commands.ts";
import type { Clock, Loop } from "../../boundary/clock.ts";
import type { Snapshot } from "../../boundary/directory-record.ts";
import type { SessionSnapshot } from "../../boundary/events.ts";
import type { PackedAttributes } from "../../boundary/handover.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { TurnSlices } from "./turn-slices.ts";

/** The part of the front's ports that a handover shares with the supervisor. */
export interface IncarnationPorts {
  readonly time: FrontTime;
  readonly sessions: SlotSessions;
  readonly feed: SlotFeed;
  readonly output: CommitOutput;
}

export interface FrontTime {
  readonly clock: Clock;
  readonly loop: Loop;
}

/** The sessions of one slot. */
export interface SlotSessions {
  refs(): SessionRef[];
  /** How many sessions the routes of its scripts have, on this slot and on others. */
  population(): number;
  /** Without those that have ended, and those of other slots. */
  snapshotsOf(sessions: Iterable<SessionRef>): SessionSnapshot[];
  /** Collects from now on, in the set that it returns, which sessions change. */
  watch(): ReadonlySet<SessionRef>;
  unwatch(): void;
  /** Notes the live values of attributes, as the script had them last. */
  refresh(attributes: PackedAttributes | null): void;
  /** Closes the sessions that weigh most. Returns what that was; null when all are light enough. */
  shed(limits: ShedLimits): Shed | null;
}

/** Which sessions are closed when the memory of their host has run out. */
export interface ShedLimits {
  /** All others may weigh this much together, bytes. */
  readonly keep: number;
  /** A session that weighs less than this is never closed, bytes. */
  readonly heavy: number;
}

export interface Shed {
  readonly count: number;
  /** What they weighed. */
  readonly bytes: number;
  /** The id and address of the heaviest, in words. */
  readonly heaviest: string;
}

/** By which the incarnations on one slot follow the directory. */
export interface SlotFeed {
  /** A snapshot, followed by changes. An incarnation that does not serve yet follows under its number. */
  follow(incarnation: number | null): Snapshot;
  /** An incarnation that does not serve ceases to follow. */
  forget(incarnation: number): void;
  /** The incarnation serves from now on: it follows, if it did, as the slot's host. */
  promote(incarnation: number): void;
}

/** Where commits take effect. */
export interface CommitOutput {
  apply(commit: Commit): void;
  /** Plays a few commands from `at` on. Returns where the next one starts. */
  play(commands: CommandList, at: number): number;
  /** Writes to the sockets now, or holds the writing for one more batch. */
  flush(mayHold: boolean): void;
  /** Where commits that take long are played. */
  readonly slices: TurnSlices;
}
