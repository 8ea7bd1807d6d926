// Load: the `script.json` of programs in `scripting/`, which `Script.metadata` reads when the program asks for it.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isRecord, messageOf } from "../../boundary/checks.ts";
import { problem, type AppProblem } from "./app-problem.ts";
import { isProject, type ScriptFile } from "./script-file.ts";

/** A warning for each program whose `script.json` is not a JSON object. */
export async function metadataWarnings(scripts: readonly ScriptFile[]): Promise<AppProblem[]> {
  const found = await Promise.all(scripts.filter(isProject).map(warningOf));
  return found.filter((warning) => warning !== null);
}

async function warningOf({ name, file }: ScriptFile): Promise<AppProblem | null> {
  const text = await readFile(join(dirname(file), "script.json"), "utf8").catch(() => null);
  const reason = text === null ? null : reasonOf(text);
  if (reason === null) return null;
  return problem("PARLOR_PROJECT_METADATA", { file: `${dirname(name)}/script.json`, problem: reason });
}

/** Why a text is not a JSON object; null for one. */
function reasonOf(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
    return isRecord(value) ? null : `it is ${JSON.stringify(value).slice(0, 40)}`;
  } catch (error) {
    return messageOf(error).replaceAll(/\s+/g, " ");
  }
}
