// Dialect: the levels of the loggers of the published module `log/v4/logging`.
import { nearest } from "../../../boundary/text/nearest.ts";

/** Published: a level belongs to a logger's name, for all modules. A logger without one writes all its lines. */
export class LogLevels {
  readonly #byName = new Map<string, number>();

  /** Throws a TypeError for a level that does not exist. */
  set(logger: string, level: string): void {
    this.#byName.set(logger, rankOf(level));
  }

  /** Whether the logger writes lines of this level. */
  has(logger: string, level: string): boolean {
    return rankOf(level) >= (this.#byName.get(logger) ?? 0);
  }
}

/** The published levels that a line can have, from the least important on. */
export const LINE_LEVELS: readonly string[] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"];

/** Those that a logger can have: `OFF` writes nothing. */
const LEVELS = [...LINE_LEVELS, "OFF"];

function rankOf(level: string): number {
  const rank = LEVELS.indexOf(level.toUpperCase());
  if (rank !== -1) return rank;
  const meant = nearest(level.toUpperCase(), LEVELS);
  const hint = meant === null ? `it is one of ${LEVELS.join(", ")}` : `did you mean "${meant}"?`;
  throw new TypeError(`logging: there is no level ${JSON.stringify(level)}; ${hint}`);
}
