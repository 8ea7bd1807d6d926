// Front: what the front works with: outbox, sockets, programs, and where it reports to.
import type { CommandReceivers } from "../boundary/commands.ts";
import type { ScriptEvent } from "../boundary/events.ts";
import type { LogLine } from "../boundary/log-line.ts";
import type { Answer, Question } from "../boundary/questions.ts";
import type { RequestRef } from "../boundary/refs.ts";
import type { ScriptKey } from "../boundary/script-key.ts";
import type { Session } from "./directory/session.ts";
import type { HostReport } from "./supervise/host-report.ts";

/** The parts of a server that the front works with. A `slot` is the number of a host's place, whatever its incarnation. */
export interface FrontParts {
  readonly sockets: SessionSockets;
  readonly hosts: HostObserver;
  readonly reports: FrontReports;
  /** The parts that carry out a host's commands which do not concern sessions. Called once for each slot. */
  receivers(slot: number): Omit<CommandReceivers, "sessions">;
  /** The script that a request was delivered to; null when it is over. */
  scriptOf?(request: RequestRef): ScriptKey | null;
  /** A request or a run is over: its handler has ended, or never will. */
  onSettled(slot: number, event: ScriptEvent, outcome: Outcome): void;
  readonly questions: QuestionReceiver;
}

/** Answers the questions of programs. */
export interface QuestionReceiver {
  /** A program waits for the answer. */
  answer(question: Question, reply: (answer: Answer) => void, slot: number): void;
}

/** The sockets of sessions. */
export interface SessionSockets {
  accept(session: Session): void;
  refuse(session: Session, status: number, reason: string): void;
  pauseReading(session: Session): void;
  resumeReading(session: Session): void;
}

/** Follows the hosts through their lives. */
export interface HostObserver {
  /** A host has started: its programs have run their top level. */
  onReady?(slot: number): void;
  /** An incarnation of a host is over; another may follow. */
  onGivenUp?(slot: number): void;
  /** A host serves nothing for a while; its sessions have been closed. */
  onFailed?(slot: number): void;
  /** Too many events wait for a host (or no longer): sources other than its sessions must pause. */
  onPressure?(slot: number, high: boolean): void;
}

/** Receives what a person should know. */
export interface FrontReports {
  onLog(line: LogLine, slot: number): void;
  onReport(report: HostReport, slot: number): void;
}

/** How an event ended. */
export type Outcome = "done" | "culprit" | "interrupted" | "dropped";
