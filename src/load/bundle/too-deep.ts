// Load: code that is nested too deeply for the parser that Parlor reads bundles with.
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import { problem, type AppProblem } from "../files/app-problem.ts";
import type { MappedCode } from "./edits.ts";

/** The result of `make`, or a problem of the script `name` if the bundle's code is nested too deeply for it. */
export function unlessTooDeep<T>(make: () => T, { map }: MappedCode, name: string): T | AppProblem[] {
  try {
    return make();
  } catch (error) {
    if (!isTooDeep(error)) throw error;
    const place = placeIn(map, error);
    const text = "the code is nested too deeply, divide it into smaller statements";
    return [
      problem("PARLOR_SCRIPT_SYNTAX", {
        ...(place ?? { file: name, line: null, column: null }),
        problem: text,
      }),
    ];
  }
}

/** The parser has a place for it; what walks the parsed code has none. */
function isTooDeep(error: unknown): error is Error & { readonly loc?: { line: number; column: number } } {
  if (error instanceof SyntaxError) return error.message.startsWith("Not enough stack space");
  return error instanceof RangeError && error.message.startsWith("Maximum call stack");
}

function placeIn(map: string, { loc }: { readonly loc?: { line: number; column: number } }) {
  if (loc === undefined) return null;
  const { source, line, column } = originalPositionFor(new TraceMap(map), loc);
  return source === null ? null : { file: source, line, column: column + 1 };
}
