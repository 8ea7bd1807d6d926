import type { Log } from "../../src/log.ts";
import { wholeText } from "../../src/logged-error.ts";
import type { LoggedError, LogLevel } from "../../src/boundary/log-line.ts";
import { PATIENCE_MS } from "./patience.ts";

/** A line of the log. */
export interface LogEntry {
  readonly level: LogLevel;
  /** As a person sees it: with the stack of its error, if it has one. */
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that keeps its lines, and that a test can wait on. */
export class LogRecorder {
  readonly entries: LogEntry[] = [];
  readonly log: Log = {
    debug: (fields, text) => this.#add({ level: "debug", fields, text }),
    info: (fields, text) => this.#add({ level: "info", fields, text }),
    warn: (fields, text) => this.#add({ level: "warn", fields, text }),
    error: (fields, text) => this.#add({ level: "error", fields, text }),
  };
  readonly #watchers = new Set<(entry: LogEntry) => void>();

  get texts(): string[] {
    return this.entries.map(({ text }) => text);
  }

  /** The first line that matches; one that was logged earlier counts as well. */
  find(pattern: RegExp, patience = PATIENCE_MS): Promise<LogEntry> {
    const found = this.entries.find(({ text }) => pattern.test(text));
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      const look = (entry: LogEntry): void => {
        if (!pattern.test(entry.text)) return;
        stop();
        resolve(entry);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`no line ${String(pattern)} in the log:\n${this.texts.join("\n")}`));
      }, patience);
      this.#watchers.add(look);
    });
  }

  /** Resolves when `count` lines that match have been logged. */
  async count(pattern: RegExp, count: number): Promise<void> {
    const isEnough = (): boolean => this.texts.filter((text) => pattern.test(text)).length >= count;
    while (!isEnough()) await this.#next(pattern, count);
  }

  #next(pattern: RegExp, count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve();
      };
      const complain = (): void => {
        this.#watchers.delete(look);
        reject(new Error(`no ${count} lines ${String(pattern)} in the log:\n${this.texts.join("\n")}`));
      };
      const timer = setTimeout(complain, PATIENCE_MS);
      this.#watchers.add(look);
    });
  }

  #add({ level, fields, text: message }: LogEntry): void {
    const err = fields["err"] as LoggedError | undefined;
    const text = wholeText({ text: message, ...(err !== undefined && { err }) });
    const entry = { level, fields, text };
    this.entries.push(entry);
    for (const look of this.#watchers) look(entry);
  }
}
