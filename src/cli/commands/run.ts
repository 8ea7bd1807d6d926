// CLI: `parlor run`, which runs a task inside the running server.
import { existsSync } from "node:fs";
import { refuseNoFolder } from "../common/app-folder.ts";
import { stopRequest } from "../common/stop-request.ts";
import { runRemotely } from "../control/control-client.ts";
import type { RemoteTask } from "../control/control-client.ts";
import type { TaskLine } from "../control/control-protocol.ts";
import { UsageError } from "../print/failure.ts";
import type { Terminal } from "../print/terminal.ts";
import { visible } from "../../visible.ts";

/** Runs a task in the running server and prints what it logs. Returns its exit code, and 130 after Ctrl-C. */
export async function runTask(given: string, from: string, terminal: Terminal): Promise<number> {
  const { task, dir } = splitTask(given, from);
  await refuseNoFolder(dir);
  const running = await runRemotely(dir, task, (line) => printLine(terminal, line));
  if (running === null) throw noServer(dir);
  const stop = stopRequest();
  let interrupted: Promise<number> | null = null;
  const stopped = stop.requested.then(() => (interrupted = cancel(running)));
  try {
    const code = await Promise.race([running.ended, stopped]);
    return interrupted ?? code;
  } finally {
    stop.dispose();
  }
}

// `apps/tea/tasks/shout.ts`, as a shell completes it, is the task `shout.ts` of `apps/tea`.
function splitTask(given: string, dir: string): { readonly task: string; readonly dir: string } {
  const [, folder, task] = /^(.+)[\\/]tasks[\\/](.+)$/.exec(given) ?? [];
  const isFile = dir === "." && folder !== undefined && task !== undefined && existsSync(given);
  return isFile ? { task, dir: folder } : { task: given.replaceAll("\\", "/"), dir };
}

/** How long the server may take to stop a task after Ctrl-C, in ms. The task ends in any case with this process. */
const cancelTimeout = 2000;

function noServer(dir: string): UsageError {
  return new UsageError(
    `no server of this app is running: ${dir}; start one with: parlor serve ${dir}, then run the task`,
  );
}

async function cancel(running: RemoteTask): Promise<number> {
  running.cancel();
  const timeout = new Promise<void>((resolve) => void setTimeout(resolve, cancelTimeout).unref());
  await Promise.race([running.ended.catch(() => {}), timeout]);
  return 130;
}

// The output of a task is its result and can be piped. Warnings and errors go to standard error.
function printLine(terminal: Terminal, { level, text, at }: TaskLine): void {
  const lines = text.split("\n").map((line) => visible(line, terminal.interactive));
  if (level === "debug" || level === "info") {
    for (const line of lines) terminal.out(line);
    return;
  }
  const label = terminal.style(level === "error" ? "red" : "yellow", level.padEnd(5));
  const place = at === null ? "" : ` (${visible(at)})`;
  for (const [index, line] of lines.entries()) terminal.err(index === 0 ? `${label} ${line}${place}` : line);
}
