// Front: what the front works with: outbox, sockets, programs, and where it reports to.
import type { CommandReceivers } from "../boundary/commands.ts";
import type { UpgradeAnswer } from "../boundary/text/upgrade-answer.ts";
import type { HttpRefusal } from "../boundary/errors/refusals.ts";
import type { ScriptEvent } from "../boundary/events.ts";
import type { LogLine } from "../boundary/log-line.ts";
import type { Answer, Question } from "../boundary/questions.ts";
import type { ClientRef, RequestRef } from "../boundary/refs.ts";
import type { ScriptKey } from "../boundary/script-key.ts";
import type { Activity } from "./activity.ts";
import type { Session } from "./directory/session.ts";
import type { InboundShare } from "./flow/inbound-share.ts";
import type { HostReport } from "./supervise/host-report.ts";

/** The parts of a server that the front works with. A `slot` is the number of a host's place, whatever its incarnation. */
export interface FrontParts {
  readonly sockets: SessionSockets;
  readonly hosts: HostObserver;
  readonly reports: FrontReports;
  /** The parts that carry out a host's commands which do not concern sessions. Called once for each slot. */
  receivers(slot: number): Omit<CommandReceivers, "sessions">;
  readonly scripts?: ScriptLookup;
  /** A request or a run is over: its handler has ended, or never will. */
  onSettled(slot: number, event: ScriptEvent, outcome: Outcome): void;
  readonly questions: QuestionReceiver;
}

/** Finds the script that something belongs to. */
export interface ScriptLookup {
  /** The script that a request was delivered to; null when it is over. */
  ofRequest(request: RequestRef): ScriptKey | null;
  /** The program that has claimed a WebSocket route; null for none. */
  ofClaim(route: string): ScriptKey | null;
}

/** Answers the questions of programs. */
export interface QuestionReceiver {
  /** A program waits for the answer. */
  answer(question: Question, reply: (answer: Answer) => void, slot: number): void;
}

/** The sockets of sessions. */
export interface SessionSockets {
  accept(session: Session, answer: UpgradeAnswer): void;
  refuse(session: Session, refusal: HttpRefusal): void;
  /** Closes it for what its client has sent, behind the messages before that. */
  fail(session: Session, code: number, reason: string): void;
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
  /** The connections of all hosts to other servers. */
  readonly outbound?: OutboundShares;
}

/** The messages of connections to other servers. */
export interface OutboundShares {
  /** Null when the connection has ended. */
  shareOf(slot: number, client: ClientRef): InboundShare | null;
  /** Fewer messages wait of a connection that is paused. */
  relieve(slot: number, client: ClientRef): void;
}

/** Receives what a person should know. */
export interface FrontReports {
  onLog(line: LogLine, slot: number): void;
  onReport(report: HostReport, slot: number): void;
  /** Is notified of the starts and ends of hosts; null where nothing is to be logged. */
  readonly activity?: Activity | null;
}

/** How an event ended. */
export type Outcome = "done" | "culprit" | "interrupted" | "dropped";

/** Counts since the front started. */
export interface FrontCounts {
  /** Messages of sessions that a script had closed already. */
  discarded: number;
  /** Calls of scripts that threw, because of a bound. */
  refusedCalls: number;
  /** Handlers whose promise had not settled when their host crashed: they do not run again. */
  interrupted: number;
  /** Faults that log lines of scripts have reported. */
  faults: number;
  /** Sessions that were closed because the memory of their host had run out. */
  shed: number;
  /** Sessions that were closed because their host had hung on their events twice within a minute. */
  culprits: number;
}
