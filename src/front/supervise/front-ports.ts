// Front: what a supervisor needs of the front, cut by purpose.
import type { Commit } from "../../boundary/batch.ts";
import type { Clock, Loop } from "../../boundary/clock.ts";
import type { DirectoryChange, Snapshot } from "../../boundary/directory-record.ts";
import type { SessionSnapshot } from "../../boundary/events.ts";
import type { LogLine } from "../../boundary/log-line.ts";
import type { Answer, Question } from "../../boundary/questions.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { DispatchListener } from "../dispatch/dispatcher.ts";
import type { DispatchLimits } from "../dispatch/event-queue.ts";
import type { HostReport } from "./host-report.ts";

/** All of it: each part of the supervision takes the members that it uses. */
export interface FrontPorts {
  readonly time: FrontTime;
  readonly dispatch: DispatchPorts;
  readonly sessions: SlotSessions;
  readonly feed: SlotFeed;
  readonly output: CommitOutput;
  readonly reports: HostReports;
  readonly lifecycle: HostLifecycle;
}

export interface FrontTime {
  readonly clock: Clock;
  readonly loop: Loop;
}

export interface DispatchPorts extends Omit<DispatchListener, "takeChanges"> {
  readonly limits: DispatchLimits;
}

/** The sessions of one slot. */
export interface SlotSessions {
  refs(): SessionRef[];
  /** How many sessions the routes of its scripts have, on this slot and on others. */
  population(): number;
  snapshotsOf(sessions: Iterable<SessionRef>): SessionSnapshot[];
  /** Collects from now on, in the set that it returns, which sessions change. */
  watch(): ReadonlySet<SessionRef>;
  unwatch(): void;
  /** Notes the live value of a session's attribute, as the script had it last. */
  refresh(session: SessionRef, key: string, value: unknown): void;
}

/** By which the incarnations on one slot follow the directory. */
export interface SlotFeed {
  /** A snapshot, followed by changes. An incarnation that does not serve yet follows under its number. */
  follow(incarnation: number | null): Snapshot;
  /** An incarnation that does not serve ceases to follow. */
  forget(incarnation: number): void;
  /** The incarnation serves from now on: it follows, if it did, as the slot's host. */
  promote(incarnation: number): void;
  takeChanges(): readonly DirectoryChange[];
}

/** Where commits take effect. */
export interface CommitOutput {
  apply(commit: Commit): void;
  /** Writes to the sockets now, or holds the writing for one more batch. */
  flush(mayHold: boolean): void;
}

export interface HostReports {
  onLog(line: LogLine): void;
  onReport(report: HostReport): void;
  /** A session's public id. */
  idOf(session: SessionRef): string;
}

/** The steps of a host's life that the front takes part in. */
export interface HostLifecycle {
  /** A number for a new incarnation, never used before. */
  nextIncarnation(): number;
  /** The host has started. */
  onReady(): void;
  /** The incarnation is over: it follows nothing and owns nothing any more. */
  onGivenUp(): void;
  /** The host has crashed again and again while loading: it serves nothing until it is reloaded. */
  onFailed(): void;
  onQuestion(question: Question, reply: (answer: Answer) => void): void;
}
