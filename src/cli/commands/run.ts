import { refuseNoFolder } from "../app-folder.ts";
import { runRemotely } from "../control/control-client.ts";
import type { RemoteTask } from "../control/control-client.ts";
import type { TaskLine } from "../control/control-protocol.ts";
import { UsageError } from "../failure.ts";
import { stopRequest } from "../stop-request.ts";
import type { Terminal } from "../print/terminal.ts";
import { visible } from "../print/visible.ts";

/** How long a server may take to end a task after Ctrl-C. It ends it in any case when this process is gone. */
const patience = 2000;

/** `parlor run TASK`: runs a task inside the running server and shows what it logs. */
export async function runTask(task: string, dir: string, terminal: Terminal): Promise<number> {
  await refuseNoFolder(dir);
  const running = await runRemotely(dir, task, (line) => printLine(terminal, line));
  if (running === null) throw noServer(dir);
  const stop = stopRequest();
  let interrupted: Promise<number> | null = null;
  const asked = stop.requested.then(() => (interrupted = cancel(running)));
  try {
    const code = await Promise.race([codeOf(running), asked]);
    return interrupted ?? code;
  } finally {
    stop.dispose();
  }
}

function noServer(dir: string): UsageError {
  return new UsageError(
    `no server of this app is running: start one with "parlor serve ${dir}", then run the task`,
  );
}

async function codeOf(running: RemoteTask): Promise<number> {
  return (await running.ended) ? 0 : 1;
}

async function cancel(running: RemoteTask): Promise<number> {
  running.cancel();
  const late = new Promise<void>((resolve) => void setTimeout(resolve, patience).unref());
  await Promise.race([running.ended.catch(() => {}), late]);
  return 130;
}

// What a task prints is its result, so that it can be piped on; what went wrong is told beside it.
function printLine(terminal: Terminal, { level, text, at }: TaskLine): void {
  const lines = text.split("\n").map((line) => visible(line, terminal.interactive));
  if (level === "debug" || level === "info") return void lines.forEach((line) => terminal.out(line));
  const label = terminal.style(level === "error" ? "red" : "yellow", level.padEnd(5));
  const place = at === null ? "" : ` (${visible(at)})`;
  for (const [index, line] of lines.entries()) terminal.err(index === 0 ? `${label} ${line}${place}` : line);
}
