// Boundary: the export `history` of a script, as plain data.
import { isObject } from "../contract/standard-schema.ts";
import { historyProblems, plainRules, type HistoryRules } from "./history-rules.ts";

/** The rules, or what is wrong with them. */
export interface HistoryShape {
  readonly type: "history";
  readonly problems: readonly string[];
  /** Empty if there are problems. */
  readonly rules: HistoryRules;
}

/** Null for a value that cannot be meant as rules. */
export function historyShape(value: unknown): HistoryShape | null {
  if (!isObject(value) || Array.isArray(value)) return null;
  const problems = historyProblems(value, "history");
  return { type: "history", problems, rules: problems.length > 0 ? {} : plainRules(value) };
}
