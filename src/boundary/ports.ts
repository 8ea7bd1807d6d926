import type { Answer, Question } from "./questions.ts";
import type { CommandList } from "./commands.ts";
import type { DirectoryChange, Snapshot } from "../front/directory/directory.ts";
import type { Adoption, ScriptEvent } from "./events.ts";
import type { HistogramCounts } from "./histogram.ts";
import type { Retirement, SessionLegacies, SessionLegacy } from "./handover.ts";
import type { Payload } from "./payload.ts";
import type { Room, Session } from "../front/directory/session.ts";

/** A timer that has not fired. */
export interface Timer {
  cancel(): void;
}

/** The time, so that tests have virtual time. Milliseconds throughout. */
export interface Clock {
  /** Time of day, since 1970. */
  now(): number;
  /** Monotonic time, for measuring. */
  ticks(): number;
  /** Calls `action` once, after at least `delay` ms. It does not keep the process alive. */
  after(delay: number, action: () => void): Timer;
}

/** The event loop's two moments that the engine works by. */
export interface Loop {
  /** At the end of this turn, when all sockets that had something to say have been read. */
  atTurnEnd(action: () => void): void;
  /** When the handlers' microtasks have run. */
  afterMicrotasks(action: () => void): void;
}

/** What goes to a host at once: directory changes first, then events, numbered from `first` on. */
export interface Batch {
  readonly first: number;
  readonly events: readonly ScriptEvent[];
  readonly changes: readonly DirectoryChange[];
}

/** What comes back from a host at once: an acknowledgement and the commands made since the last one. */
export interface Commit {
  /** All events up to this number have been begun; those not listed as pending or waiting are done. */
  readonly through: number;
  /** Numbers of events whose handler has returned a promise that is not settled. */
  readonly pending: readonly number[];
  /** Numbers of events that wait behind a pending one of their session. */
  readonly waiting: readonly number[];
  /** Numbers of formerly pending or waiting events that are done now. */
  readonly settled: readonly number[];
  readonly commands: CommandList;
  /** Messages that were thrown away because their session had been closed by the script. */
  readonly discarded: number;
  /** A tick's commit is written to the sockets at once. */
  readonly urgent: boolean;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

/** A line that a script or its host logs. It leaves at once: no commit, so that it survives a crash. */
export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
  readonly script: string;
  readonly version: string;
  /** The number of the event in whose handling it was logged; 0 outside of events. */
  readonly event: number;
  /** What failed, when the line tells a fault: it is counted. */
  readonly fault: "handler" | "timer" | "rejection" | "interrupted" | "contract" | null;
  /** The script's own file and line, when known. */
  readonly at: string | null;
}

/** Ticks take longer than there is time for them: what 99 in 100 do not exceed, and their period, ms. */
export interface TickOverload {
  readonly cost: number;
  readonly period: number;
}

/** How the ticks of a script have gone since the last pulse. */
export interface TickPulse {
  readonly script: string;
  /** How late they came and how long they took, ms. */
  readonly lateness: HistogramCounts;
  readonly cost: HistogramCounts;
  /** Ticks that were left out, since the host began. */
  readonly skipped: number;
  /** Set once when ticks begin to take too long, and again only after they were well in between. */
  readonly overload: TickOverload | null;
}

/** How a host ended. */
export interface HostExit {
  readonly reason: string;
  /** The number of the event it was at, and whether that event did it (not so in the microtask phase). */
  readonly event: number;
  readonly phase: Phase;
  /** Numbers of unacknowledged events whose handlers had returned a promise: they are not run again. */
  readonly promised: readonly number[];
}

/** What a host is doing, written to where the front can read it after the host's death. */
export const PHASES = ["idle", "loading", "event", "microtasks", "tick", "timer"] as const;
export type Phase = (typeof PHASES)[number];

/** One incarnation of a script host, as the front sees it. */
export interface Host {
  /** Never reused: whatever comes from an incarnation that has been given up is discarded. */
  readonly incarnation: number;
  deliver(batch: Batch): void;
  /**
   * Moves while the host does, and is below 0 until it has begun; absent where nobody can look on, as in the front's own
   * thread.
   */
  beat?(): number;
  /** What it is at, as if it ended now for this reason; absent with `beat`. */
  inspect?(reason: string): HostExit;
  /** Tells it beforehand whom it will take over; after the last part it loads what it can and calls `onPrepared`. */
  prepare?(adoptions: readonly Adoption[], isLast: boolean): void;
  /** Tells it, after that, what the version before has left of these sessions. */
  inherit?(left: SessionLegacies): void;
  /** Asks it to give its place up: it begins nothing more and calls `onRetired`. Absent where that is not possible. */
  retire?(): void;
  /** Ends it without waiting for scripts. */
  stop(): Promise<void>;
}

/** What a host tells the front. */
export interface HostListener {
  /** The host is loaded and takes batches. */
  onReady(): void;
  onCommit(commit: Commit): void;
  onLog(line: LogLine): void;
  /** It can take over; or it cannot, and says why in one line. */
  onPrepared?(problem: string | null): void;
  /** A host that gives its place up leaves this of some of its sessions; there may be more, then it has retired. */
  onLeft?(left: SessionLegacies): void;
  onRetired?(retirement: Retirement): void;
  /** A session that had stayed with a retired host is free. */
  onReleased?(legacy: SessionLegacy): void;
  onPulse?(pulse: TickPulse): void;
  onExit(exit: HostExit): void;
  /** A host's first read beyond its own sessions: answered at once, and followed by changes from then on. */
  onFollow(): Snapshot;
  /** A program waits for the answer; a host in the front's own thread must be given it before this returns. */
  onAsk(question: Question, reply: (answer: Answer) => void): void;
}

/** Everything that Parlor sends to clients goes through here. */
export interface Outbox {
  /** How many messages it was given so far, one for each receiver. */
  readonly counts?: { readonly offered: number };
  send(session: Session, data: Payload): void;
  broadcast(room: Room, data: Payload, except: Session | null): void;
  /** Must be told before a member is added or removed: it gets exactly what is broadcast in between. */
  joining(session: Session, room: Room): void;
  leaving(session: Session, room: Room): void;
  /** What was sent before is delivered first, then the close. */
  close(session: Session, code: number, reason: string): void;
  /** Whether a close has been collected: it is not to be held. */
  readonly hasClose: boolean;
  /** Writes to the sockets what was collected. */
  flush(): void;
  /** Puts the flush off until the next one is asked for, at most by `ms`. */
  hold(ms: number): void;
}
