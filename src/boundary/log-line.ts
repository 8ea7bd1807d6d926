// Boundary: a line of the log on its way from a host to the front. Plain data.
import type { ErrorCode } from "./errors.ts";

/** The level of a line of the log. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** A line that a script or its host logs. It leaves at once: no commit, so that it survives a crash. */
export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
  /** The code of a text of Parlor; null when the script wrote the line. */
  readonly code: ErrorCode | null;
  readonly script: string;
  readonly version: string;
  /** The number of the event in whose handling it was logged; 0 outside of events. */
  readonly event: number;
  /** What failed, when the line reports a fault: faults are counted. */
  readonly fault: "handler" | "timer" | "rejection" | "interrupted" | "contract" | null;
  /** How many faults had lines that were dropped, when this line stands for them. */
  readonly droppedFaults?: number;
  /** The script's own file and line, when known. */
  readonly at: string | null;
}
