// Cluster: what happens once in a cluster: runs of jobs, and outbound connections.
import type { Clock } from "../boundary/clock.ts";
import { ClusterJobs } from "./cluster-jobs.ts";
import { ClusterHolds } from "./holds/cluster-holds.ts";

/** Made before the node joins. */
export class ClusterOnce {
  readonly jobs: ClusterJobs;
  /** Null without a cluster. */
  readonly holds: ClusterHolds | null;

  constructor(isCluster: boolean, clock: Clock) {
    this.jobs = new ClusterJobs(isCluster);
    this.holds = isCluster ? new ClusterHolds(clock) : null;
  }
}
