// CLI: runs the command line.
import { CommanderError, type Command } from "commander";
import { createProgram } from "./command-line.ts";
import { NO_EARLY_SIGNALS, type EarlySignals } from "./lifetime/early-signals.ts";
import { titleFor } from "./lifetime/process-title.ts";
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
  const title = titleFor(args);
  if (title !== null) process.title = title;
  const program = createProgram({ terminal, early, done: (result) => (code = result) });
  try {
    await program.parseAsync(asOptions(args, program), { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    printFailure(terminal, error);
    return 1;
  }
}

// `parlor help new` is `parlor new --help`, and `parlor version` is `parlor --version`.
function asOptions(args: readonly string[], { commands }: Command): readonly string[] {
  const [first, second = "help"] = args;
  if (first === "version" || first === "-V") return ["--version"];
  if (first !== "help") return args;
  if (second === "help" || second.startsWith("-")) return ["--help"];
  const isKnown = commands.some((command) => command.name() === second);
  return isKnown ? [second, "--help"] : [second];
}
