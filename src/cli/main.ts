// CLI: runs the command line.
import { CommanderError } from "commander";
import { createProgram } from "./command-line.ts";
import { NO_EARLY_SIGNALS, type EarlySignals } from "./lifetime/early-signals.ts";
import { printFailure } from "./print/failure.ts";
import { processTerminal } from "./print/terminal.ts";
import type { Terminal } from "./print/terminal.ts";

export { leave } from "./lifetime/leave.ts";

/** Runs the command line and returns the exit code. */
export async function main(
  args: readonly string[],
  terminal: Terminal = processTerminal(),
  early: EarlySignals = NO_EARLY_SIGNALS,
): Promise<number> {
  let code = 0;
  const program = createProgram({ terminal, early, done: (result) => (code = result) });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    printFailure(terminal, error);
    return 1;
  }
}
