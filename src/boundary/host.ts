import type { Answer, Question } from "./questions.ts";
import type { SessionSnapshot } from "./events.ts";
import type { HandoverResult, PackedSessions, SessionHandover } from "./handover.ts";
import type { Snapshot } from "./directory-record.ts";
import type { Batch, Commit } from "./batch.ts";
import type { LogLine } from "./log-line.ts";
import type { TickSample } from "./tick-sample.ts";

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
  progress?(): number;
  /** What it is at, as if it ended now for this reason; absent with `beat`. */
  inspect?(reason: string): HostExit;
  /** Tells it beforehand whom it will take over; after the last part it loads what it can and calls `onPrepared`. */
  prepare?(adoptions: readonly SessionSnapshot[], isLast: boolean): void;
  /** Tells it, after that, what the version before has left of these sessions. */
  receiveState?(left: PackedSessions): void;
  /** Asks it to give its place up: it begins nothing more and calls `onRetired`. Absent where that is not possible. */
  handOver?(): void;
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
  onSessionState?(left: PackedSessions): void;
  onHandedOver?(retirement: HandoverResult): void;
  /** A session that had stayed with a retired host is free. */
  onSessionReleased?(legacy: SessionHandover): void;
  onTickSample?(pulse: TickSample): void;
  onExit(exit: HostExit): void;
  /** A host's first read beyond its own sessions: answered at once, and followed by changes from then on. */
  onFollow(): Snapshot;
  /** A program waits for the answer; a host in the front's own thread must be given it before this returns. */
  onQuestion(question: Question, reply: (answer: Answer) => void): void;
}
