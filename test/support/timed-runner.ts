import { relative } from "node:path";
import { test, TestRunner } from "vitest";

/**
 * Runs the tests of a file, unless the time for starting files is over: then the file is not read, and one line names it.
 * `PARLOR_START_UNTIL` is that moment, in ms since 1970. Without it there is no limit.
 */
export default class TimedRunner extends TestRunner {
  override importFile(path: string, source: "collect" | "setup"): unknown {
    if (source === "setup" || Date.now() < startUntil(process.env)) return super.importFile(path, source);
    process.stderr.write(`left out for time: ${relative(process.cwd(), path)}\n`);
    return test.skip("left out for time");
  }
}

/** When the last file may start, ms since 1970; Infinity without a limit. */
export function startUntil(env: { readonly [name: string]: string | undefined }): number {
  const limit = env["PARLOR_START_UNTIL"];
  if (limit === undefined) return Infinity;
  const moment = Number(limit);
  if (limit === "" || !Number.isFinite(moment)) {
    throw new Error(`PARLOR_START_UNTIL must be ms since 1970, not ${JSON.stringify(limit)}`);
  }
  return moment;
}
