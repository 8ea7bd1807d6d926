// Server: one health report made of those of several fronts.
import { isRecord } from "../../boundary/checks.ts";

/** Counts are added, and lists are joined. The status is `failing` if no front serves. `reports` has at least one. */
export function mergedHealth<T extends object>(reports: readonly T[]): T {
  return reports.reduce((one, other) => merged(one, other, "") as T);
}

function merged(one: unknown, other: unknown, name: string): unknown {
  if (other === undefined) return one;
  if (typeof one === "number" && typeof other === "number")
    return SAME.has(name) ? Math.max(one, other) : one + other;
  if (Array.isArray(one) && Array.isArray(other)) return union(one, other);
  if (isRecord(one) && isRecord(other)) return mergedFields(one, other);
  return name === "status" && one !== other ? "degraded" : one;
}

function union(one: readonly unknown[], other: readonly unknown[]): unknown[] {
  return [...new Map([...one, ...other].map((each) => [JSON.stringify(each), each])).values()];
}

function mergedFields(
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const fields = Object.entries(one).map(([name, value]) => [name, merged(value, other[name], name)]);
  return Object.fromEntries(fields) as Record<string, unknown>;
}

/** Figures that all fronts share: the largest counts. */
const SAME: ReadonlySet<string> = new Set(["uptimeSeconds", "routes", "nodes", "staleMs", "knownAt"]);
