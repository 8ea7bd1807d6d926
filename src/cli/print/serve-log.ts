// CLI: the log of `parlor serve` and `parlor dev`, before and after the app's settings are known.
import { ParlorError } from "../../boundary/errors.ts";
import { jsonLog, prettyLog, type Log, type LogSettings } from "../../log.ts";
import { loggedError } from "../../logged-error.ts";
import { printFailure, UsageError } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

export type LogFormat = "pretty" | "json";

/** One log for all that the command writes, so that a program which reads it finds entries only. */
export class ServeLog {
  readonly #terminal: Terminal;
  readonly #wanted: LogFormat | undefined;
  #format: LogFormat;
  #log: Log | null = null;

  /** `wanted`: what `--log` says; it overrides `logFormat` of the app. */
  constructor(terminal: Terminal, wanted: LogFormat | undefined) {
    this.#terminal = terminal;
    this.#wanted = wanted;
    this.#format = this.#resolved("auto");
  }

  get isJson(): boolean {
    return this.#format === "json";
  }

  /** The log with the settings of the app. */
  readonly of = ({ logLevel, logFormat }: LogSettings): Log => {
    this.#format = this.#resolved(logFormat);
    return (this.#log = this.isJson ? jsonLog(logLevel, this.#write) : prettyLog(logLevel, this.#terminal));
  };

  /** Why the command cannot continue: an entry for programs, a line for a person, who also mistypes commands. */
  fail(error: unknown): void {
    if (!this.isJson || error instanceof UsageError) return printFailure(this.#terminal, error);
    const isKnown = error instanceof ParlorError;
    const fields = isKnown ? { code: error.code } : { err: loggedError(error) };
    const text = error instanceof Error ? error.message : String(error);
    // Whatever `logLevel` says: the process ends.
    jsonLog("info", this.#write).error(fields, text);
  }

  get current(): Log {
    return this.#log ?? this.of({ logLevel: "info", logFormat: "auto" });
  }

  readonly #write = (line: string): void => this.#terminal.err(line.trimEnd());

  #resolved(format: LogSettings["logFormat"]): LogFormat {
    if (this.#wanted !== undefined) return this.#wanted;
    if (format !== "auto") return format;
    return this.#terminal.hasErrTerminal ? "pretty" : "json";
  }
}
