// CLI: `parlor top`, a live table of the running server's scripts.
import type { NodeStatus, ServerStatus } from "../../server/serve.ts";
import { plural } from "../../boundary/text/plural.ts";
import { refuseNoFolder } from "../common/app-folder.ts";
import { stopRequest } from "../common/stop-request.ts";
import { askCluster } from "../control/ask-cluster.ts";
import { askRunning } from "../control/control-client.ts";
import { mergedStatus } from "../fronts/merged-status.ts";
import { UsageError } from "../print/failure.ts";
import type { Terminal } from "../print/terminal.ts";
import { topLines, type StatusSample } from "../print/top-lines.ts";

/**
 * Prints a table of the running server's scripts once a second until a signal, or once where no person reads it; with
 * `cluster`, one table of the scripts of all nodes.
 */
export async function top(dir: string, options: TopOptions, terminal: Terminal): Promise<number> {
  await refuseNoFolder(dir);
  const sampleStatus = options.cluster ? sampleCluster : sampleServer;
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
    const lines = [...nodesLine(latest), ...topLines(previous, latest, terminal)];
    terminal.out(`${terminal.interactive ? CLEAR : ""}${lines.join("\n")}`);
    if (!terminal.interactive) break;
    previous = latest;
  }
  stop.dispose();
  return 0;
}

/** In milliseconds. */
const INTERVAL = 1000;
const CLEAR = "\u001b[H\u001b[J";

interface TopOptions {
  readonly json: boolean;
  readonly cluster: boolean;
}

/** A sample of all nodes, with how many they are. */
interface TopSample extends StatusSample {
  readonly nodes?: { readonly of: number; readonly silent: readonly string[] };
}

function nodesLine({ nodes }: TopSample): string[] {
  if (nodes === undefined) return [];
  const { of, silent } = nodes;
  return [`${plural(of, "node")}${silent.length === 0 ? "" : `, no reply from ${silent.join(", ")}`}`];
}

async function sampleCluster(dir: string): Promise<TopSample> {
  const all = (await askCluster(dir, { what: "status" })) as readonly NodeStatus<ServerStatus>[];
  const known = all.flatMap(({ status }) => (status === null ? [] : [status]));
  const silent = all.flatMap(({ id, status }) => (status === null ? [id] : []));
  return { status: mergedStatus(known), at: performance.now(), nodes: { of: all.length, silent } };
}

async function sampleServer(dir: string): Promise<TopSample> {
  const reply = await askRunning(dir, { type: "ask" });
  if (reply?.type === "status") return { status: reply.status as ServerStatus, at: performance.now() };
  throw new UsageError(`no server of this app is running: ${dir}; start one with: parlor serve ${dir}`);
}
