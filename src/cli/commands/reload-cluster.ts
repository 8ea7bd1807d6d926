// CLI: `parlor reload --cluster`, which makes all nodes reload, one after the other.
import { reloadSummary } from "../../server/app/reload-report.ts";
import type { NodeReload } from "../../server/serve.ts";
import { plural } from "../../boundary/text/plural.ts";
import { visible } from "../../visible.ts";
import { refuseNoFolder } from "../common/app-folder.ts";
import { askCluster } from "../control/ask-cluster.ts";
import { scriptName } from "./reload.ts";
import type { Terminal } from "../print/terminal.ts";

/** A line for each node. Stops at the first node that fails, names the nodes that have the new version, and returns 1. */
export async function reloadCluster(route: string | null, dir: string, terminal: Terminal): Promise<number> {
  await refuseNoFolder(dir);
  const all = await askCluster(dir, { what: "reload", ...(route !== null && { route: scriptName(route) }) });
  const done = all as readonly NodeReload[];
  for (const node of done) printNode(node, terminal);
  const failed = done.find(({ problems }) => problems.length > 0);
  if (failed !== undefined) terminal.err(visible(stopLine(failed, done)));
  else terminal.out(`${plural(done.length, "node")} reloaded`);
  return failed === undefined ? 0 : 1;
}

function printNode({ id, problems, ...result }: NodeReload, terminal: Terminal): void {
  if (problems.length === 0) terminal.out(visible(`node ${id}: ${reloadSummary({ ...result, failed: 0 })}`));
  for (const problem of problems)
    terminal.err(`${terminal.style("red", "error")} ${visible(`node ${id}: ${problem}`)}`);
}

function stopLine({ id }: NodeReload, done: readonly NodeReload[]): string {
  const reloaded = done.filter((node) => node.id !== id).map((node) => node.id);
  const which =
    reloaded.length === 0
      ? "no node has"
      : `${reloaded.join(", ")} ${reloaded.length === 1 ? "has" : "have"}`;
  return `stopped at node ${id}, which has failed; ${which} the new version, the other nodes keep the previous one`;
}
