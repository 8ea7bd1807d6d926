// Load: problems of a program that the bundler has bundled: what only a device with a screen can run.
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import type { BuildResult } from "esbuild";
import type { ScriptModule } from "../../host/api/dialect.ts";
import { problem, type AppProblem } from "../files/app-problem.ts";
import { buildProblems, namesIn } from "./build-problem.ts";
import { passedNamespace } from "./imports-plugin.ts";

/** Problems of a program whose dialect passes in these modules. `name`: its file, for a problem without a place. */
export function programProblems(
  result: BuildResult,
  name: string,
  modules: readonly ScriptModule[],
): AppProblem[] {
  if (modules.length === 0) return [];
  const undefinedImports = result.warnings.filter(
    ({ id, text }) => id === "import-is-undefined" && text.includes(`"${passedNamespace}:`),
  );
  return [...buildProblems(undefinedImports, name, modules), ...jsxProblem(result, name)];
}

/** The warning about names that only the app defines, and that the program takes from outside without an import. */
export function screenWarning(
  { uses }: { readonly uses: readonly string[] },
  name: string,
  modules: readonly ScriptModule[],
): AppProblem[] {
  // JavaScript has some of these names itself, as `Map`.
  const absent = uses.filter(
    (use) => !(use in globalThis) && modules.some((module) => module.absent.has(use)),
  );
  return absent.length === 0 ? [] : [problem("PARLOR_SCRIPT_SCREEN/use", { file: name, ...namesIn(absent) })];
}

/** The function that JSX of a program becomes a call of. Nothing defines it. */
export const SCREEN_ELEMENT = "__parlor_screen_element";

// The first element is enough: a program that makes one makes many.
function jsxProblem({ outputFiles = [] }: BuildResult, name: string): AppProblem[] {
  const text = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  const before = text(".js").split(`${SCREEN_ELEMENT}(`, 2);
  if (before.length < 2) return [];
  const lines = (before[0] ?? "").split("\n");
  const generated = { line: lines.length, column: (lines.at(-1) ?? "").length };
  const { source, line, column } = originalPositionFor(new TraceMap(text(".js.map")), generated);
  const file = source === null ? name : decodeURIComponent(source);
  const place = { file, line, column: column === null ? null : column + 1 };
  return [problem("PARLOR_SCRIPT_SCREEN/jsx", place)];
}
