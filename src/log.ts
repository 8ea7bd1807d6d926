// Base: the server's log: JSON lines, lines for a person, or none, and entries with a code.
import { styleText } from "node:util";
import { pino } from "pino";
import type { Clock } from "./boundary/clock.ts";
import { codeOf, ERRORS, errorText, type ErrorKey, type ErrorValues } from "./boundary/errors.ts";
import type { LogLevel } from "./boundary/log-line.ts";
import { LOG_LEVELS, type LogConfig, type LogLevelName } from "./log-settings.ts";
import { loggedError } from "./logged-error.ts";
import { standardWriter } from "./descriptor-writer.ts";
import { prettyWriter, type PrettyOutput } from "./pretty-log.ts";
import { realClock } from "./real-clock.ts";
import { RepeatFilter, type LogEntry } from "./repeat-filter.ts";

/** What the server writes its log to. Fields first, then one line of text. */
export type Log = Record<LogLevel, LogWriter> & {
  /** Each message that is received, at the level `trace` only. A log without it gets them at `debug`. */
  readonly trace?: LogWriter;
};

/** Writes one entry at one level: fields first, then one line of text. */
export type LogWriter = (fields: Readonly<Record<string, unknown>>, text: string) => void;

/** The settings of a log. */
export type LogSettings = Pick<LogConfig, "logLevel" | "logFormat">;

/** The log of a server on the standard error stream, so that the standard output stays the program's own. */
export function standardLog({ logLevel, logFormat }: LogSettings): Log {
  const isPretty = logFormat === "pretty" || (logFormat === "auto" && process.stderr.isTTY);
  return isPretty ? prettyLog(logLevel, ownOutput()) : jsonLog(logLevel);
}

/** A log for a person. */
export function prettyLog(level: LogLevelName, output: PrettyOutput): Log {
  const write = prettyWriter(output);
  const least = LOG_LEVELS.indexOf(level);
  return boundedLog((entry) => {
    if (LOG_LEVELS.indexOf(entry.level) >= least) write(entry);
  });
}

/** A log of JSON lines. */
export function jsonLog(level: LogLevelName, write: (line: string) => void = standardWrite): Log {
  standardWriter(2).describeLoss = lossAsJson;
  // Pino's own serializer knows nothing of the parts of an error that is one already for the log.
  const serializers = { err: (err: unknown): unknown => (err instanceof Error ? loggedError(err) : err) };
  const logger = pino({ level, base: null, serializers }, { write });
  return boundedLog(({ level: of, fields, text }) => logger[of](fields, text));
}

/** A log in which lines of the same kind are counted after the first ones, and long lines are cut. */
export function boundedLog(write: (entry: LogEntry) => void, clock: Clock = realClock): Log {
  const filter = new RepeatFilter(clock, write);
  const writer =
    (level: LogEntry["level"]): LogWriter =>
    (fields, text) =>
      filter.add({ level, fields, text });
  return {
    trace: writer("trace"),
    debug: writer("debug"),
    info: writer("info"),
    warn: writer("warn"),
    error: writer("error"),
  };
}

/** Writes a text of the table of errors at its level, with its code among the fields. */
export function logEntry<K extends ErrorKey>(
  log: Log,
  key: K,
  values: ErrorValues<K>,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  const code = codeOf(key);
  log[ERRORS[code].level]({ ...fields, code }, errorText(key, values));
}

/** A log that keeps nothing. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

function standardWrite(line: string): void {
  standardWriter(2).write(line);
}

function ownOutput(): PrettyOutput {
  const writer = standardWriter(2);
  const hasColors = process.stderr.isTTY && process.stderr.hasColors();
  return {
    err: (lines) => writer.write(`${lines}\n`),
    style: (style, text) => (hasColors ? styleText(style, text) : text),
  };
}

// Not by pino: the level that is set may leave out warnings.
function lossAsJson(count: number): string {
  const msg = errorText("PARLOR_LOG_LOST", { count });
  return JSON.stringify({ level: 40, time: Date.now(), code: "PARLOR_LOG_LOST", lost: count, msg });
}
