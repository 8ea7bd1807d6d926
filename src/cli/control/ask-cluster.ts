// CLI: asks all nodes of the cluster of an app's running server.
import { UsageError } from "../print/failure.ts";
import { askRunning } from "./control-client.ts";
import type { ClusterAsk } from "./control-protocol.ts";

/** Returns what each node has replied. Rejects with one line without a server, or without a cluster. */
export async function askCluster(dir: string, ask: ClusterAsk): Promise<readonly unknown[]> {
  const reply = await askRunning(dir, { type: "cluster", ask });
  if (reply === null)
    throw new UsageError(`no server of this app is running: ${dir}; start one with: parlor serve ${dir}`);
  if (reply.type === "refused") throw new UsageError(reply.message);
  if (reply.type === "cluster" && Array.isArray(reply.nodes)) return reply.nodes as readonly unknown[];
  throw new UsageError("the server sent an unknown reply; restart the server");
}
