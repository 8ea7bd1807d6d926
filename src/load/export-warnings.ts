// Load: warnings about exports that have no effect, and whose names resemble some that have one.
import type { ScriptShape } from "../boundary/shape.ts";
import { dialects } from "../dialects/index.ts";
import type { ExportHint } from "../host/api/dialect.ts";
import type { Bundle } from "./bundle/bundle.ts";
import { atExport } from "./export-place.ts";
import { problem, type AppProblem } from "./files/app-problem.ts";
import { dialectOf, type ScriptFile } from "./files/script-file.ts";

/** Of a script, each with its place; without those that its `problems` already name. */
export function exportWarnings(
  script: ScriptFile,
  { bundle, shape, problems }: Judged,
): readonly AppProblem[] {
  const all = dialects.get(dialectOf(script))?.hints?.(script.kind, shape) ?? [];
  const hints = all.filter((hint) => !problems.some((text) => names(text, hint)));
  const exports = Object.keys(shape.exports);
  return hints.map((hint) => atExport(warningOf(script.name, hint), { script, bundle, exports }));
}

interface Judged {
  readonly bundle: Bundle;
  readonly shape: ScriptShape;
  /** The texts of what keeps the script from being served. */
  readonly problems: readonly string[];
}

function names(text: string, { name, meant }: ExportHint): boolean {
  return text.endsWith(name === "default" ? `export function ${meant}` : `"${meant}" by "${name}"?`);
}

/** Of a file of `shared/`, whose name in the app is given. */
export function sharedWarnings(file: string, { exports }: Bundle): AppProblem[] {
  const shape: ScriptShape = { exports: Object.fromEntries(exports.map((name) => [name, UNKNOWN])) };
  return [...dialects.values()]
    .flatMap(({ hints }) => hints?.("shared", shape) ?? [])
    .map((hint) => warningOf(file, hint));
}

/** A warning without its place. */
export function warningOf(file: string, { name, meant }: ExportHint): AppProblem {
  if (name === "default") return problem("PARLOR_EXPORT_UNUSED/members", { file, meant });
  return problem("PARLOR_EXPORT_UNUSED/name", { file, name, meant });
}

const UNKNOWN = { type: "other", description: "" } as const;
