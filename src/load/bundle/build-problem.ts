// Load: a problem of an app's file, made of a message of the bundler.
import type { Message } from "esbuild";
import { problem, type AppProblem } from "../files/app-problem.ts";

/** The problem that the bundler's message is about; `name` is its file when the message names none. */
export function buildProblem({ text, location, detail }: Message, name: string): AppProblem {
  const place = {
    file: location?.file ?? name,
    line: location?.line ?? null,
    column: location === null ? null : location.column + 1,
  };
  const line = text.replaceAll(/\s+/g, " ");
  const path = /^Could not resolve "(.+?)"/.exec(line)?.[1];
  if (path !== undefined) return importProblem(place, path, detail);
  const [, module, missing] = /^No matching export in "(.+?)" for import "(.+?)"/.exec(line) ?? [];
  if (module !== undefined && missing !== undefined)
    return problem("PARLOR_SCRIPT_IMPORT/export", { ...place, module, name: missing });
  if (line.startsWith("No loader is configured"))
    return problem("PARLOR_SCRIPT_IMPORT/type", { ...place, problem: line });
  return problem("PARLOR_SCRIPT_SYNTAX", { ...place, problem: line });
}

function importProblem(
  place: Pick<AppProblem, "file" | "line" | "column">,
  path: string,
  detail: unknown,
): AppProblem {
  if (detail === "url") return problem("PARLOR_SCRIPT_IMPORT/url", { ...place, path });
  if (/^[./#]/.test(path)) return problem("PARLOR_SCRIPT_IMPORT/file", { ...place, path });
  const name = path.split("/").slice(0, path.startsWith("@") ? 2 : 1);
  return problem("PARLOR_SCRIPT_IMPORT/package", { ...place, path, name: name.join("/") });
}
