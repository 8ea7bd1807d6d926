import { refuseNoFolder } from "../app-folder.ts";
import { askRunning } from "../control-client.ts";
import { UsageError } from "../failure.ts";
import type { Terminal } from "../terminal.ts";

/** `parlor reload`: the running server of an app loads it anew, and keeps every connection. */
export async function reload(dir: string, terminal: Terminal): Promise<number> {
  await refuseNoFolder(dir);
  const reply = await askRunning(dir, "reload");
  if (reply === null)
    throw new UsageError(`no server of this app is running: start one with "parlor serve ${dir}"`);
  terminal.out("reloaded; the server's log tells of what has changed and what is wrong");
  return 0;
}
