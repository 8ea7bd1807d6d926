// CLI: prints the problems and warnings of an app.
import { isAbsolute, join } from "node:path";
import { withCode } from "../../pretty-log.ts";
import type { Style, Terminal } from "./terminal.ts";
import { visible } from "../../visible.ts";

/** Prints one line for each problem or warning, with the file's path from the current folder. */
export function printProblems(
  print: (line: string) => void,
  terminal: Terminal,
  found: {
    readonly dir: string;
    readonly problems: readonly PrintedProblem[];
    readonly label: "error" | "warn";
  },
): void {
  const style: Style = found.label === "error" ? "red" : "yellow";
  for (const problem of found.problems) {
    print(`${terminal.style(style, found.label.padEnd(5))} ${problemLine(found.dir, problem)}`);
  }
}

/** The parts of a problem or a warning. */
export interface PrintedProblem {
  /** Relative to the app; empty, or the app's absolute path, for the app as a whole. */
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
  readonly code: string;
}

/** `examples/chat/ws/chat.ts:3:7: message [CODE]` */
export function problemLine(dir: string, { file, line, column, message, code }: PrintedProblem): string {
  const path = file === "" ? dir : isAbsolute(file) ? file : join(dir, file);
  const place = [path, line, column].filter((part) => part !== null).join(":");
  return visible(withCode(`${place}: ${message}`, code));
}
