// Boundary: a script host and its front, as each sees the other.
import type { Batch, Commit } from "./batch.ts";
import type { Snapshot } from "./directory-record.ts";
import type { SessionSnapshot } from "./events.ts";
import type { HandoverResult, PackedSessions, SessionHandover } from "./handover.ts";
import type { LogLine } from "./log-line.ts";
import type { Answer, Question } from "./questions.ts";
import type { TickSample } from "./tick-sample.ts";

/** One incarnation of a script host, as the front sees it. */
export interface Host extends HandoverHost, WatchedHost {
  /** Never reused: messages from an incarnation that has been given up are discarded. */
  readonly incarnation: number;
  deliver(batch: Batch): void;
  /**
   * The front cannot carry out what it sent: it ends, as if it had crashed. `what`: in a few words. Absent in the front's
   * own thread, where only Parlor's own code sends.
   */
  refuse?(what: string): void;
  /** Ends it without waiting for scripts. */
  stop(): Promise<void>;
}

/** A host as it is watched. A host in the front's own thread has none of these. */
export interface WatchedHost {
  /** Changes while the host makes progress; below 0 until its code runs. */
  progress?(): number;
  /** The host's exit as it would be if it ended now, with this reason. */
  inspect?(reason: string): HostExit;
  /** Bytes of memory that it uses; 0 while it is not known. */
  usedBytes?(): number;
  /** How long it has been busy since its start, ms; null while it is not known. */
  busyMs?(): number | null;
  /** Whether the front waits for the host, which must not stand still meanwhile. */
  expect?(isAwaited: boolean): void;
  /** Where its script stands now, soon and whatever it does; null if that cannot be known. Absent in a process. */
  trace?(): Promise<HangTrace | null>;
}

/** Where a host stands that does not return. */
export interface HangTrace {
  /** The frames of its scripts, `spin (lib/spin.js:3:5)`, the innermost first. */
  readonly frames: readonly string[];
  /** Whether it did not respond, as in a long native call. */
  readonly isSilent: boolean;
}

/** A host in a handover. */
export interface HandoverHost {
  /** Informs the new host of the sessions that it will take over. After the last part it loads and calls `onPrepared`. */
  prepare?(sessions: readonly SessionSnapshot[], isLast: boolean): void;
  /** Gives the new host, after that, the state of sessions that the previous version has left. */
  receiveState?(packed: PackedSessions): void;
  /** Asks the serving host to hand over: it starts nothing more and calls `onHandedOver`. Absent if it cannot. */
  handOver?(): void;
  /**
   * Asks a host that no longer serves anything to run `onStop` of its scripts, within `limit` ms; it calls `onFinished`.
   * Returns false if none of them has one: then it can be stopped at once.
   */
  finish?(limit: number): boolean;
}

/** Receives the messages of a host, by functions that may be passed on without it. */
export interface HostListener extends HandoverListener, QuestionListener, StartListener {
  /** The host is loaded and takes batches. */
  readonly onReady: () => void;
  /** A host beside the front passes a receipt: its commit may then be applied in slices. Without one it is at once. */
  readonly onCommit: (commit: Commit, receipt?: CommitReceipt) => void;
  readonly onLog: (line: LogLine) => void;
  readonly onTickSample?: (sample: TickSample) => void;
  /** The host works or is awaited, and has made no progress for this long, ms. Repeated until it moves. */
  readonly onStands?: (ms: number) => void;
  readonly onExit: (exit: HostExit) => void;
}

/** Is notified of what becomes of a commit. */
export interface CommitReceipt {
  /** All of its commands have been applied. */
  onApplied(): void;
  /** A command is none, so the host must end. */
  onRefused(error: unknown): void;
}

/** Receives the messages of a host that takes part in a handover. */
export interface HandoverListener {
  /** The host can take over, or cannot, for the reason given in one line. */
  readonly onPrepared?: (problem: string | null) => void;
  /** The serving host leaves state of some of its sessions. More may come before `onHandedOver`. */
  readonly onSessionState?: (packed: PackedSessions) => void;
  readonly onHandedOver?: (result: HandoverResult) => void;
  /** The pending handler of a session on a draining host has settled. */
  readonly onSessionReleased?: (session: SessionHandover) => void;
  /** `onStop` of its scripts has run: it can be stopped. */
  readonly onFinished?: () => void;
}

/** Receives the reports of a host about its start. */
export interface StartListener {
  /** Its code runs, and no longer waits for the machine; `onReady` follows when `onStart` has run. */
  readonly onStarting?: () => void;
  /** The scripts whose `onStart` has failed, and not succeeded since. */
  readonly onFailing?: (failing: FailingScripts) => void;
}

/** The scripts of a host that cannot serve, because their `onStart` failed. Plain data. */
export interface FailingScripts {
  /** In one line: of the last one that failed; null when one has succeeded. */
  readonly problem: string | null;
  /** Their names. */
  readonly scripts: readonly string[];
  /** Whether it is all of them: then the host does not become ready. */
  readonly isWhole: boolean;
}

/** Receives the questions of a host. */
export interface QuestionListener {
  /**
   * The host's first read beyond its own sessions. It gets a snapshot, after all that it has committed, and changes
   * from then on. A host in the front's own thread gets it before this returns.
   */
  readonly onFollow: (reply: (snapshot: Snapshot) => void) => void;
  /** A program waits for the answer. A host in the front's own thread must get it before this returns. */
  readonly onQuestion: (question: Question, reply: (answer: Answer) => void) => void;
}

/** How a host ended. */
export interface HostExit {
  readonly reason: string;
  /** The number of the event that it handled. The event caused the end, except in the microtask phase. */
  readonly event: number;
  readonly phase: Phase;
  /** Numbers of unacknowledged events whose handlers had returned a promise: they do not run again. */
  readonly promised: readonly number[];
  /** Whether it could not be started at all, for a reason of the machine. */
  readonly isUnstarted?: boolean;
  /** The code with which its script ended it by `process.exit()`; absent when it ended in another way. */
  readonly exitCode?: number;
  /** Where it hung, if it did and that is known. */
  readonly hang?: HangTrace;
  /** Whether its memory ran out: what its sessions keep may have filled it. */
  readonly isOutOfMemory?: boolean;
}

/**
 * What a host is doing, kept where the front can read it after the host has ended. In `loading` a script is evaluated,
 * in `notice` it is notified of a takeover: what goes wrong there is the fault of its version and of no event. In
 * `waiting` it waits for the front, which has not applied its commits.
 */
export const PHASES = [
  "idle",
  "loading",
  "event",
  "microtasks",
  "tick",
  "timer",
  "notice",
  "waiting",
] as const;

export type Phase = (typeof PHASES)[number];

/** Whether a host in this phase runs code of a script. */
export function isAtWork(phase: Phase): boolean {
  return phase !== "idle" && phase !== "waiting";
}
