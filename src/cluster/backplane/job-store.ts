// Cluster: decides which node runs a job that is due on all of them.

/** All methods reject while the backplane is not connected. */
export interface JobStore {
  /**
   * Claims the run of a job that is due at this time of day, ms. `other`: a node has it. `running`: the previous run still
   * goes on another node.
   */
  claim(job: string, due: number): Promise<"mine" | "other" | "running">;
  /** The run has ended. */
  release(job: string): Promise<void>;
}
