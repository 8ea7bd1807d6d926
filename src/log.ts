import { destination, pino } from "pino";
import type { LogLevelName } from "./config.ts";
import type { LogLevel } from "./boundary/log-line.ts";

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

/** A log that keeps nothing. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
