import { stat } from "node:fs/promises";
import { refuseNoFolder } from "../app-folder.ts";
import { askRunning } from "../control/control-client.ts";
import { UsageError } from "../failure.ts";
import type { Terminal } from "../print/terminal.ts";

/** `parlor reload`: the running server of an app loads it anew, or one route of it, and keeps every connection. */
export async function reload(route: string | null, dir: string, terminal: Terminal): Promise<number> {
  await refuseNoFolder(dir);
  const reply = await askRunning(dir, route === null ? { type: "reload" } : { type: "reload", route });
  if (reply === null) throw new UsageError(await noServer(route, dir));
  if (reply.type === "refused") throw new UsageError(reply.message);
  const what = route === null ? "reloaded" : `${route} reloaded`;
  terminal.out(`${what}; the server's log tells of what has changed and what is wrong`);
  return 0;
}

// The other commands take the folder without an option.
async function noServer(route: string | null, dir: string): Promise<string> {
  const isFolder = route !== null && (await stat(route).catch(() => null))?.isDirectory() === true;
  const fix = isFolder
    ? `for that of ${route}, "parlor reload --dir ${route}"`
    : `start one with "parlor serve ${dir}"`;
  return `no server of this app is running: ${fix}`;
}
