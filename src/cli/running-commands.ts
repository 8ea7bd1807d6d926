// CLI: the commands for a server that runs, and for its cluster.
import { Option, type Command } from "commander";
import type { Terminal } from "./print/terminal.ts";
import { withFolder } from "./with-folder.ts";

type Done = (code: number) => void;

export function addRun(program: Command, terminal: Terminal, done: Done): void {
  program
    .command("run")
    .summary("run a task in the running server")
    .description(
      "Runs tasks/<task>, or a module of dirigible/, inside the server that serves the app, and shows what it logs.\n" +
        "Exits with 0 if the task succeeded, and with 1 if it failed. Ctrl-C stops the task.",
    )
    .argument(
      "<task>",
      "the task's name or file, as in shout or tasks/shout.ts, or a module's path in dirigible/",
    )
    .option("--dir <dir>", "the app's folder", ".")
    .action(async (task: string, { dir }: { dir: string }) => {
      const { runTask } = await import("./commands/run.ts");
      done(await runTask(task, dir, terminal));
    });
}

export function addReload(program: Command, terminal: Terminal, done: Done): void {
  program
    .command("reload")
    .summary("reload the app of the running server")
    .description(
      "Makes the server that serves the app reload it, or only one route of it. Connections stay open.\n" +
        "A route given by name is restarted even if its code has not changed.",
    )
    .argument("[route]", "a route or a script's name, as in /ws/chat or ws/chat.ts (default: the whole app)")
    .option("--dir <dir>", "the app's folder", ".")
    .addOption(
      new Option(
        "--cluster",
        "reload all nodes of the cluster, one after the other, up to the first that fails",
      ).conflicts("force"),
    )
    .option("--force", "serve a version whose contract of messages breaks connected clients, too")
    .action(async (route: string | undefined, { dir, cluster = false, force = false }: ReloadFlags) => {
      const { reload } = await import("./commands/reload.ts");
      const { reloadCluster } = await import("./commands/reload-cluster.ts");
      if (cluster) return done(await reloadCluster(route ?? null, dir, terminal));
      done(await reload(route ?? null, { dir, force }, terminal));
    });
}

export function addTop(program: Command, terminal: Terminal, done: Done): void {
  withFolder(program.command("top"))
    .summary("watch the running server")
    .description(
      "Shows traffic, ticks and restarts of the running server's scripts, once a second, until Ctrl-C.",
    )
    .option("--json", "print JSON for other programs, once")
    .option("--cluster", "show the scripts of all nodes of the cluster together")
    .action(async (dir: string, { json = false, cluster = false }: { json?: boolean; cluster?: boolean }) => {
      const { top } = await import("./commands/top.ts");
      done(await top(dir, { json, cluster }, terminal));
    });
}

export function addNodes(program: Command, terminal: Terminal, done: Done): void {
  withFolder(program.command("nodes"))
    .summary("list the nodes of the running server's cluster")
    .description(
      "Prints a table of all nodes: address, version, state, sessions, rooms, age, and the last heartbeat.\n" +
        "Exits with 1 if a node does not reply.",
    )
    .option("--json", "print JSON for other programs")
    .action(async (dir: string, { json = false }: { json?: boolean }) => {
      const { nodes } = await import("./commands/nodes.ts");
      done(await nodes(dir, { json }, terminal));
    });
}

interface ReloadFlags {
  readonly dir: string;
  readonly cluster?: boolean;
  readonly force?: boolean;
}
