// CLI: `parlor top`, a live table of the running server's scripts.
import type { ServerStatus } from "../../server/serve.ts";
import { refuseNoFolder } from "../common/app-folder.ts";
import { stopRequest } from "../common/stop-request.ts";
import { askRunning } from "../control/control-client.ts";
import { UsageError } from "../print/failure.ts";
import type { Terminal } from "../print/terminal.ts";
import { topLines, type StatusSample } from "../print/top-lines.ts";

/** Prints a table of the running server's scripts once a second until a signal, or once where no person reads it. */
export async function top(dir: string, options: { json: boolean }, terminal: Terminal): Promise<number> {
  await refuseNoFolder(dir);
  let previous = await sampleStatus(dir);
  if (options.json) {
    terminal.out(JSON.stringify(previous.status, null, 2));
    return 0;
  }
  const stop = stopRequest();
  let isStopped = false;
  void stop.requested.then(() => (isStopped = true));
  while (!isStopped) {
    await Promise.race([stop.requested, new Promise((resolve) => setTimeout(resolve, INTERVAL))]);
    // A table of less than a second would show less traffic than there was.
    if (isStopped) break;
    const latest = await sampleStatus(dir);
    terminal.out(`${terminal.interactive ? CLEAR : ""}${topLines(previous, latest, terminal).join("\n")}`);
    if (!terminal.interactive) break;
    previous = latest;
  }
  stop.dispose();
  return 0;
}

/** In milliseconds. */
const INTERVAL = 1000;
const CLEAR = "\u001b[H\u001b[J";

async function sampleStatus(dir: string): Promise<StatusSample> {
  const reply = await askRunning(dir, { type: "ask" });
  if (reply?.type === "status") return { status: reply.status as ServerStatus, at: performance.now() };
  throw new UsageError(`no server of this app is running: ${dir}; start one with: parlor serve ${dir}`);
}
