// CLI: the report of the last reload, which `serve` hands to a listener.
import type { ReloadReport } from "../../server/serve.ts";
import { UsageError } from "../print/failure.ts";

/** The report of the last reload: `serve` hands each one to a listener. */
export class LastReport {
  #last: ReloadReport | null = null;

  set(report: ReloadReport): void {
    this.#last = report;
  }

  /** Reloads, and returns the report of that reload. Reloads run one at a time, so the last report is its own. */
  async of(reload: Promise<void>): Promise<ReloadReport> {
    const previous = this.#last;
    await reload;
    if (this.#last === null || this.#last === previous)
      throw new UsageError(
        "the reload failed, and the previous versions are still served; see the server's log",
      );
    return this.#last;
  }
}
