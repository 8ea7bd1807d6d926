// Load: leads from a place in a bundle back to the file that it was made of.
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import type { Bundle } from "./bundle.ts";

/** The place of what stands at `at` in the code of a bundle; null if the map does not know it. */
export function sourcePlace(at: number, { code, map }: Pick<Bundle, "code" | "map">): SourcePlace | null {
  const before = code.slice(0, at).split("\n");
  const generated = { line: before.length, column: (before.at(-1) ?? "").length };
  const { source, line, column } = originalPositionFor(new TraceMap(map), generated);
  return line === null || source === null ? null : { source, line, column: column + 1 };
}

/** Counted from 1; the source is relative to the app. */
export interface SourcePlace {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}
