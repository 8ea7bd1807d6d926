// Base: reads cron schedules, for the loader (valid?) and the front (due when?).
import { Cron } from "croner";
import { messageOf } from "./boundary/checks.ts";

/** Reads a cron pattern of five fields, or six with seconds first. Throws if it is not valid. */
export function cronPattern(schedule: string, timezone: string | null): Cron {
  return new Cron(schedule, { paused: true, ...(timezone === null ? {} : { timezone }) });
}

/** The problem with a schedule, in one line; `null` when there is none. */
export function scheduleProblem(schedule: string, timezone: string | null): string | null {
  try {
    const next = cronPattern(schedule, timezone).nextRun();
    return next === null ? `schedule "${schedule}" is never due` : null;
  } catch (error) {
    const why = messageOf(error).replace(/^CronPattern: /, "");
    return `schedule "${schedule}" is not understood (${why}); five fields, or six with seconds first: "0 */5 * * * *"`;
  }
}
