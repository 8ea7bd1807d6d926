// Base: the server's log: JSON lines, or none, and entries with a code.
import { pino } from "pino";
import type { Clock } from "./boundary/clock.ts";
import { codeOf, ERRORS, errorText, type ErrorKey, type ErrorValues } from "./boundary/errors.ts";
import type { LogLevel } from "./boundary/log-line.ts";
import type { LogLevelName } from "./config.ts";
import { standardWriter } from "./descriptor-writer.ts";
import { realClock } from "./real-clock.ts";
import { RepeatFilter } from "./repeat-filter.ts";

/** What the server writes its log to. Fields first, then one line of text. */
export type Log = Record<LogLevel, (fields: Readonly<Record<string, unknown>>, text: string) => void>;

/** A log of JSON lines on the standard error stream, so that the standard output stays the program's own. */
export function jsonLog(level: LogLevelName): Log {
  const writer = standardWriter(2);
  writer.describeLoss = lossAsJson;
  const logger = pino({ level, base: null }, { write: (line) => writer.write(line) });
  return boundedLog(logger);
}

/** A log in which lines of the same kind are counted after the first ones, and long lines are cut. */
export function boundedLog(log: Log, clock: Clock = realClock): Log {
  const filter = new RepeatFilter(clock, ({ level, fields, text }) => log[level](fields, text));
  const writer =
    (level: LogLevel): Log[LogLevel] =>
    (fields, text) =>
      filter.add({ level, fields, text });
  return { debug: writer("debug"), info: writer("info"), warn: writer("warn"), error: writer("error") };
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

// Not by pino: the level that is set may leave out warnings.
function lossAsJson(count: number): string {
  const msg = errorText("PARLOR_LOG_LOST", { count });
  return JSON.stringify({ level: 40, time: Date.now(), code: "PARLOR_LOG_LOST", lost: count, msg });
}
