// Front: what a supervisor needs of the front, cut by purpose.
import type { ScriptEvent } from "../../boundary/events.ts";
import type { LogLine } from "../../boundary/log-line.ts";
import type { Answer, Question } from "../../boundary/questions.ts";
import type { DispatchListener } from "../dispatch/dispatch-ports.ts";
import type { DispatchLimits } from "../dispatch/event-queue.ts";
import type { IncarnationPorts } from "../incarnation/incarnation-ports.ts";
import type { HostReport, SessionIds } from "./host-report.ts";

/** All of it: each part of the supervision takes the members that it uses. */
export interface FrontPorts extends IncarnationPorts {
  readonly dispatch: DispatchPorts;
  readonly reports: HostReports;
  readonly lifecycle: HostLifecycle;
}

export interface DispatchPorts extends DispatchListener {
  readonly limits: DispatchLimits;
}

export interface HostReports extends SessionIds {
  onLog(line: LogLine): void;
  onReport(report: HostReport): void;
  /** An incarnation has started, or is over. */
  onHost?(what: "started" | "ended"): void;
}

/** The steps of a host's life that the front takes part in. */
export interface HostLifecycle {
  /** A number for a new incarnation, never used before. */
  nextIncarnation(): number;
  /** The host has started. */
  onReady(): void;
  /** The incarnation is over: it no longer follows or owns anything. */
  onGivenUp(): void;
  /** The host has hung on this event, which is not delivered again. */
  onHung(event: ScriptEvent): void;
  /** The host has crashed again and again while loading: it serves nothing for a while. */
  onFailed(): void;
  /** An event has come for a host that has failed and is not tried yet. */
  onRefused(event: ScriptEvent): void;
  onQuestion(question: Question, reply: (answer: Answer) => void): void;
}
