// Server: what reloads have done, and since when files of the app are not served as they are.
import { messageOf } from "../../boundary/checks.ts";
import { ParlorError } from "../../boundary/errors.ts";
import type { Clock } from "../../boundary/clock.ts";
import type { AppProblem } from "../../load/files/app-problem.ts";

/** A problem of a file stays until a load finds it mended. */
export class AppRecord {
  /** Reloads, by result. */
  readonly reloads = { ok: 0, failed: 0 };
  readonly #clock: Pick<Clock, "now">;
  #problems: readonly DatedProblem[] = [];

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  get problems(): readonly DatedProblem[] {
    return this.#problems;
  }

  /** The app was loaded at the start. */
  loaded(problems: readonly AppProblem[]): void {
    const since = (file: string): number => this.#problems.find((known) => known.file === file)?.since ?? now;
    const now = this.#clock.now();
    this.#problems = problems.map((problem) => ({ ...problem, since: since(problem.file) }));
  }

  /** A reload has ended, with all problems that are left. */
  reloaded(problems: readonly AppProblem[]): void {
    this.reloads[problems.length === 0 ? "ok" : "failed"] += 1;
    this.loaded(problems);
  }

  /** A reload has changed nothing: it could not read the app, or the scripts that it was to replace do not load. */
  rejected(error: unknown, file: string): void {
    const code = error instanceof ParlorError ? error.code : "PARLOR_RELOAD_FAILED";
    // A wrong name is not a fault of the app.
    if (code === "PARLOR_ROUTE_UNKNOWN" || code === "PARLOR_CLOSING") return;
    this.reloads.failed += 1;
    const problem = { file, line: null, column: null, message: messageOf(error), code };
    this.loaded([...this.#problems.filter((known) => known.file !== file), problem]);
  }
}

/** A problem, and when it was found first, ms since 1970. */
export interface DatedProblem extends AppProblem {
  readonly since: number;
}
