// Base: the levels and the forms of the log.

/** The levels, from the one that says most; `silent` says nothing. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** How much is logged. */
export type LogLevelName = (typeof LOG_LEVELS)[number];

/** Lines for a person, JSON for programs, or what fits the place where the log goes. */
export const LOG_FORMATS = ["auto", "pretty", "json"] as const;

/** The form of the log. */
export type LogFormatName = (typeof LOG_FORMATS)[number];

/** What is logged, and how. */
export interface LogConfig {
  /** The least important lines that are logged. Default `info`. */
  readonly logLevel: LogLevelName;
  /** The form of the log: `pretty` for a person, `json` for programs, `auto` for `pretty` in a terminal and `json` elsewhere. Default `auto`. */
  readonly logFormat: LogFormatName;
  /** Whether each HTTP request and each handshake is logged, with its status and time. Default `false`. */
  readonly accessLog: boolean;
}

export const LOG_DEFAULTS: LogConfig = { logLevel: "info", logFormat: "auto", accessLog: false };
