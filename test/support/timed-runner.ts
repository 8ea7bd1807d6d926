import { TestRunner, type RunnerTestFile, type RunnerTask } from "vitest";

/**
 * Runs the tests of a file, unless the time for starting files is over: then all of them are skipped, and one line names
 * the file. `PARLOR_START_UNTIL` is that moment, in ms since 1970. Without it there is no limit.
 */
export default class TimedRunner extends TestRunner {
  onCollected(files: RunnerTestFile[]): void {
    if (Date.now() < startUntil(process.env)) return;
    for (const file of files) {
      skip(file);
      process.stderr.write(`left out for time: ${file.name}\n`);
    }
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

function skip(task: RunnerTask): void {
  if (task.mode === "run" || task.mode === "queued") task.mode = "skip";
  if ("tasks" in task) task.tasks.forEach(skip);
}
