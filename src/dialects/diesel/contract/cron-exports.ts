// Dialect: the exports that a cron file may have.
import type { ScriptShape } from "../../../boundary/shape.ts";
import { found, misspelt, textOf, type Checked } from "./read-exports.ts";

/** `schedule`, and `timezone` if wanted; both are read without running the file. */
export function checkCronExports({ exports }: ScriptShape): Checked<CronContract> {
  const problems = misspelt(exports, ["schedule", "timezone"]);
  const schedule = textOf(exports, "schedule");
  const timezone = textOf(exports, "timezone");
  const literal = "written as a literal, because the file is not run to read it";
  if (schedule === null && problems.length === 0) {
    problems.push(
      `schedule must be a non-empty string ${literal}, as "0 * * * *"; it is ${found(exports, "schedule")}`,
    );
  }
  if (Object.hasOwn(exports, "timezone") && timezone === null) {
    problems.push(
      `timezone must be a string ${literal}, as "Europe/Berlin"; it is ${found(exports, "timezone")}`,
    );
  }
  return problems.length > 0 || schedule === null ? { problems } : { contract: { schedule, timezone } };
}

/** The contract of a cron file. */
export interface CronContract {
  readonly schedule: string;
  readonly timezone: string | null;
}
