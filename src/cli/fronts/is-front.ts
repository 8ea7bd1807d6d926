// CLI: whether this process is one of several fronts.
import cluster from "node:cluster";

/** Whether the parent of several fronts has started this process, to be one of them. */
export function isFront(): boolean {
  return process.env["PARLOR_FRONT"] !== undefined && cluster.isWorker;
}
