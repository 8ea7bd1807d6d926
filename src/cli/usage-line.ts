// CLI: a mistyped command line, explained in one line.
import { existsSync } from "node:fs";

/** Commander's message as one line: what is wrong, then the nearest correct name or where to look. */
export function usageLine(message: string): string {
  const [problem = "", hint = ""] = message
    .trim()
    .replace(/^error: /, "")
    .split("\n");
  const suggestion = /^\(Did you mean (.*)\?\)$/.exec(hint)?.[1];
  if (suggestion !== undefined) return `${problem}; did you mean ${suggestion}?`;
  const folder = /^unknown command '(.*)'$/.exec(problem)?.[1];
  if (folder !== undefined && existsSync(folder)) return `${problem}; did you mean parlor serve ${folder}?`;
  const details = /^option '.*' argument '.*' is invalid\. (.*)$/.exec(problem)?.[1];
  return details ?? `${problem.replace(/\.$/, "")}; see parlor --help`;
}
