// Base: the server's log: JSON lines, or none, and entries with a code.
import { destination, pino } from "pino";
import { codeOf, ERRORS, errorText, type ErrorKey, type ErrorValues } from "./boundary/errors.ts";
import type { LogLevel } from "./boundary/log-line.ts";
import type { LogLevelName } from "./config.ts";

/** What the server writes its log to. Fields first, then one line of text. */
export type Log = Record<LogLevel, (fields: Readonly<Record<string, unknown>>, text: string) => void>;

/** A log of JSON lines on the standard error stream, so that the standard output stays the program's own. */
export function jsonLog(level: LogLevelName): Log {
  const logger = pino({ level, base: null }, destination(2));
  return {
    debug: (fields, text) => logger.debug(fields, text),
    info: (fields, text) => logger.info(fields, text),
    warn: (fields, text) => logger.warn(fields, text),
    error: (fields, text) => logger.error(fields, text),
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
