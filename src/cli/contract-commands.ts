// CLI: the commands that print the messages of an app.
import type { Command } from "commander";
import type { Terminal } from "./print/terminal.ts";

/** `parlor contract` and `parlor types`. Each calls `done` with its exit code. */
export function addContracts(program: Command, terminal: Terminal, done: (code: number) => void): void {
  addContract(program, terminal, done);
  addTypes(program, terminal, done);
}

function addContract(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("contract")
    .argument("[dir]", "the app's folder", ".")
    .summary("print the messages of an app")
    .description("Prints the messages that the scripts of an app declare by their export `messages`.")
    .option("--asyncapi", "print an AsyncAPI 3 document, in JSON")
    .action(async (dir: string, { asyncapi = false }: { asyncapi?: boolean }) => {
      const { contract } = await import("./commands/contract.ts");
      done(await contract(dir, asyncapi ? "asyncapi" : "lines", terminal));
    });
}

function addTypes(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("types")
    .argument("[dir]", "the app's folder", ".")
    .summary("print the messages of an app as TypeScript")
    .description(
      "Prints a .d.ts with an interface for each route that declares its messages, for clients that cannot import the script.",
    )
    .action(async (dir: string) => {
      const { contract } = await import("./commands/contract.ts");
      done(await contract(dir, "types", terminal));
    });
}
