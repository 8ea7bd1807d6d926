import type { Answer, Question } from "../../boundary/questions.ts";
import type { DispatchLimits } from "../dispatch/dispatcher.ts";
import type { SessionSnapshot, ScriptEvent } from "../../boundary/events.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { Clock, Loop } from "../../boundary/clock.ts";
import type { DirectoryChange, Snapshot } from "../../boundary/directory-record.ts";
import type { Commit } from "../../boundary/batch.ts";
import type { LogLine } from "../../boundary/log-line.ts";

/** What a supervisor needs of the front. */
export interface FrontPorts {
  readonly clock: Clock;
  readonly loop: Loop;
  readonly limits: DispatchLimits;
  /** A number for a fresh host, never used before. */
  nextIncarnation(): number;
  apply(commit: Commit): void;
  /** Writes to the sockets now, or holds the writing for one more batch. */
  flush(mayHold: boolean): void;
  onLog(line: LogLine): void;
  onDone(event: ScriptEvent): void;
  onLost(event: ScriptEvent, why: "culprit" | "interrupted"): void;
  onPressure(high: boolean): void;
  /** The host has died, or cannot be started; what it was told in one line. */
  onCrash(text: string): void;
  /** A session's public id. */
  idOf(session: SessionRef): string;
  /** Something that a person should look at, in one line. */
  onWarning(text: string): void;
  /** The host has died while loading, time and again: nobody is served until it is reloaded. */
  onFailed(): void;
  /** A snapshot of the directory, followed by changes; for an incarnation that does not serve yet, under its number. */
  follow(successor: number | null): Snapshot;
  /** No successor after all. */
  forget(successor: number): void;
  /** The successor is the host: it follows, or does not, from now on. */
  succeed(successor: number): void;
  ask(question: Question, reply: (answer: Answer) => void): void;
  /** The host has begun. */
  onReady(): void;
  /** The incarnation is over: it follows nothing and owns nothing any more. */
  onGivenUp(): void;
  takeChanges(): readonly DirectoryChange[];
  /** How many sessions its routes have. */
  population(): number;
  sessions(): SessionRef[];
  snapshotsOf(sessions: Iterable<SessionRef>): SessionSnapshot[];
  /** Collects which of its sessions change from now on. */
  watchSessions(): ReadonlySet<SessionRef>;
  unwatchSessions(): void;
  /** The live value of a session's attribute, as its script had it last. */
  refresh(session: SessionRef, key: string, value: unknown): void;
}
