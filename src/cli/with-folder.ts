// CLI: the argument of the commands that take the app's folder.
import type { Command } from "commander";

export function withFolder(command: Command): Command {
  return command.argument("[dir]", "the app's folder", ".");
}
