// Load: what is likely not meant so in a script that can be served, for `parlor check` and `parlor dev`.
import type { AppProblem } from "./files/app-problem.ts";
import type { ScriptFile } from "./files/script-file.ts";
import { handlerMistakes } from "./handler-mistakes.ts";
import { readWrittenScript } from "./written-script.ts";
import { findSharedState } from "./shared-state.ts";

/** The likely mistakes of a script, as warnings. */
export async function likelyMistakes(script: ScriptFile): Promise<AppProblem[]> {
  const isRead = script.kind === "ws" || script.kind === "http";
  const source = isRead ? await readWrittenScript(script.file) : null;
  if (source === null) return [];
  const shared = script.kind === "ws" ? findSharedState(script.name, source) : null;
  return [...(shared === null ? [] : [shared]), ...handlerMistakes(script, source)];
}
