// CLI: `parlor reload`, which makes the running server reload its app or one route.
import { stat } from "node:fs/promises";
import { reloadSummary } from "../../server/app/reload-report.ts";
import { refuseNoFolder } from "../common/app-folder.ts";
import { askRunning } from "../control/control-client.ts";
import type { ReloadResult } from "../control/control-protocol.ts";
import { UsageError } from "../print/failure.ts";
import type { Terminal } from "../print/terminal.ts";
import { visible } from "../../visible.ts";

/** Makes the running server of an app reload it, or one route of it. Connections stay open. */
export async function reload(
  given: string | null,
  { dir, force }: { readonly dir: string; readonly force: boolean },
  terminal: Terminal,
): Promise<number> {
  await refuseNoFolder(dir);
  const route = given === null ? null : scriptName(given);
  const request = { type: "reload", ...(force && { force }) } as const;
  const reply = await askRunning(dir, route === null ? request : { ...request, route });
  if (reply === null) throw new UsageError(await noServer(given, dir));
  if (reply.type === "refused") throw new UsageError(reply.message);
  if (reply.type !== "reloaded") throw new UsageError("the server sent an unknown reply; restart the server");
  printResult(route, reply.result, terminal);
  return reply.result.problems.length > 0 ? 1 : 0;
}

/** `./ws/chat.ts`, as a shell completes it, and `ws\chat.ts` are `ws/chat.ts`. */
export function scriptName(given: string): string {
  return given.replaceAll("\\", "/").replace(/^(?:\.\/)+/, "");
}

function printResult(route: string | null, result: ReloadResult, terminal: Terminal): void {
  terminal.out(
    `${route === null ? "reloaded" : `${route} reloaded`}: ${reloadSummary({ ...result, failed: result.problems.length })}`,
  );
  for (const problem of result.problems)
    terminal.err(`${terminal.style("red", "error")} ${visible(problem)}`);
  if (result.problems.length > 0) terminal.err("the previous versions of what failed keep serving");
}

// The other commands take the folder without an option, so `parlor reload examples/chat` is a likely mistake.
async function noServer(route: string | null, dir: string): Promise<string> {
  const isFolder = route !== null && (await stat(route).catch(() => null))?.isDirectory() === true;
  const remedy = isFolder
    ? `to reload the app in ${route}, use: parlor reload --dir ${route}`
    : `start one with: parlor serve ${dir}`;
  return `no server of this app is running: ${dir}; ${remedy}`;
}
