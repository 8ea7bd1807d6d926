// Dialect: the exports that a cron file may have.
import { similarExports, type KnownExports } from "./similar-exports.ts";
import type { ScriptShape } from "../../../boundary/shape.ts";
import { found, misplacedHooks, textOf, type Checked } from "./read-exports.ts";

/** `schedule`, and `timezone` and `runs` if wanted; all are read without running the file. */
export function checkCronExports({ exports }: ScriptShape): Checked<CronContract> {
  const problems = misplacedHooks(exports, "each run");
  const schedule = textOf(exports, "schedule");
  const timezone = textOf(exports, "timezone");
  const literal = "written as a literal, because the file is not run to read it";
  const meant = similarExports(exports, cronKnown).find((hint) => hint.meant === "schedule");
  if (schedule === null && meant !== undefined) {
    problems.push(`exports "${meant.name}"; did you mean "schedule"?`);
  } else if (schedule === null && problems.length === 0) {
    problems.push(
      `schedule must be a non-empty string ${literal}, as "0 * * * *"; it is ${found(exports, "schedule")}`,
    );
  }
  if (Object.hasOwn(exports, "timezone") && timezone === null) {
    problems.push(
      `timezone must be a string ${literal}, as "Europe/Berlin"; it is ${found(exports, "timezone")}`,
    );
  }
  if (Object.hasOwn(exports, "runs") && !["cluster", "node"].includes(textOf(exports, "runs") ?? "")) {
    problems.push(`runs must be "cluster" or "node", ${literal}; it is ${found(exports, "runs")}`);
  }
  return problems.length > 0 || schedule === null ? { problems } : { contract: { schedule, timezone } };
}

/** The contract of a cron file. */
export interface CronContract {
  readonly schedule: string;
  readonly timezone: string | null;
}

/** What has an effect in a cron file. */
export const cronKnown: KnownExports = {
  handlers: ["run", "default"],
  settings: ["schedule", "timezone", "runs"],
};
