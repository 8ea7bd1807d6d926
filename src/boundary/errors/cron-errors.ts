// Boundary: errors of cron jobs.
import type { ErrorTable } from "./error-table.ts";

export const cronErrors = {
  PARLOR_CRON_DROPPED: {
    level: "error",
    text: {
      crashed:
        "{script} was due while its thread had failed, so that run was skipped; look at the crashes before this line",
      isolated:
        "{script} was due while this node could not ask the cluster which node runs it, so this node skipped that run; look at the cluster's lines before this one",
    },
    help: "A cron script was due while the thread of the HTTP and cron scripts crashed again and again, so nothing could run it. Or this node was isolated from its cluster, so another node may have run it. This node skips the run and does not make up for it.",
    remedy: "The lines with `PARLOR_HOST_CRASHED`, or with `PARLOR_CLUSTER_ISOLATED`, name the reason.",
  },
  PARLOR_CRON_OVERLAP: {
    level: "warn",
    text: "{script} was still running when it was due again, so that run was skipped",
    help: "A cron script takes longer than the time between two of its runs. Parlor never runs a script twice at the same time, so it leaves the second run out.",
    remedy: "Run the script less often, or make it faster.",
  },
} as const satisfies ErrorTable;
