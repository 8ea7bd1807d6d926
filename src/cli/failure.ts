import { ParlorError } from "../boundary/errors.ts";
import type { Terminal } from "./print/terminal.ts";
import { visible } from "./print/visible.ts";

/** A use of the command line that cannot work: its message is the one line that a person sees. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Says in one line why a command cannot go on. The stack is for those who set PARLOR_DEBUG=1. */
export function printFailure(terminal: Terminal, error: unknown): void {
  for (const line of linesOf(error)) terminal.err(`${terminal.style("red", "parlor:")} ${visible(line)}`);
  if (process.env["PARLOR_DEBUG"] === "1" && error instanceof Error) terminal.err(error.stack ?? "");
}

// Parlor's own errors are a line for each thing that is wrong.
function linesOf(error: unknown): string[] {
  return error instanceof ParlorError ? error.message.split("\n") : [messageOf(error)];
}

/** The first line of what an error says: messages of Node and of tools go on with a stack or a code frame. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const line = error.message.split("\n", 1)[0] ?? "";
  return line === "" ? error.name : line;
}
