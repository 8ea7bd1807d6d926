// CLI: prints why a command failed, in one line each.
import { ParlorError } from "../../boundary/errors.ts";
import type { Terminal } from "./terminal.ts";
import { visible } from "../../visible.ts";
import { withCode } from "../../pretty-log.ts";

/** Prints why a command cannot continue. PARLOR_DEBUG=1 adds the stack. */
export function printFailure(terminal: Terminal, error: unknown): void {
  for (const line of linesOf(error)) terminal.err(`${terminal.style("red", "parlor:")} ${visible(line)}`);
  if (process.env["PARLOR_DEBUG"] === "1" && error instanceof Error) terminal.err(error.stack ?? "");
}

/** A use of the command line that cannot work. Its message is the one line that is printed. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The first line of an error's message, with its code if it has one. */
export function firstLineOf(error: unknown): string {
  return linesOf(error)[0] ?? "";
}

// The message of a ParlorError has a line for each thing that is wrong, and its code belongs to the first. Messages of
// Node and of tools can continue with a stack or a code frame, so only their first line is used.
function linesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const [first = "", ...others] = error.message.split("\n");
  if (error instanceof ParlorError) return [withCode(first, error.code), ...others];
  return [first === "" ? error.name : first];
}
