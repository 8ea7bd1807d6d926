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
  /** How many lines were dropped, when this line stands for them. */
  readonly dropped?: number;
  /** How many faults had lines that were dropped, when this line stands for them. */
  readonly droppedFaults?: number;
  /** The script's own file and line, when known. */
  readonly at: string | null;
  /** The public id of the session whose event failed. */
  readonly session?: string;
  /** The HTTP request whose handler failed. */
  readonly request?: LoggedRequest;
  /** The error that was thrown, or whatever else was. */
  readonly err?: LoggedError;
}

/** How many faults a line stands for. */
export function faultsIn({ fault, droppedFaults = 0 }: Pick<LogLine, "fault" | "droppedFaults">): number {
  return (fault === null ? 0 : 1) + droppedFaults;
}

/** An HTTP request, as a line of the log names it. */
export interface LoggedRequest {
  readonly method: string;
  /** Decoded, without the query, which may hold secrets. */
  readonly path: string;
}

/** An error in the log: plain data, and bounded. */
export interface LoggedError {
  /** The error's name; for a value that is not an Error, its type in JavaScript. */
  readonly type: string;
  readonly message: string;
  /** The error in one line, then the frames of the script, by its own files and lines. Without the causes. */
  readonly stack: string;
  readonly code?: string | number;
  readonly cause?: LoggedError;
  /** Those of an AggregateError. */
  readonly errors?: readonly LoggedError[];
}

/** The bounds of an error in the log: levels of causes, parts of an AggregateError, characters of a text. */
export const LOGGED_ERROR_BOUNDS = { depth: 3, errors: 10, characters: 8_000 } as const;
