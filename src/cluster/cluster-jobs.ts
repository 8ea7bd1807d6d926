// Cluster: one run of a cron job for the whole cluster.
import type { Claim, CronClaims } from "../front/supervise/cron.ts";
import type { ScriptKey } from "../boundary/script-key.ts";
import type { JobStore } from "./backplane/job-store.ts";

/** Made before the node joins: until then the runs are those of the other nodes. Without a cluster each job runs here. */
export class ClusterJobs implements CronClaims {
  readonly #isCluster: boolean;
  #store: JobStore | null = null;

  constructor(isCluster: boolean) {
    this.#isCluster = isCluster;
  }

  /** The node has joined. */
  joined(store: JobStore): void {
    this.#store = store;
  }

  claim(script: ScriptKey, due: number): Promise<Claim> | null {
    if (!this.#isCluster) return null;
    if (this.#store === null) return Promise.resolve("other");
    // A node that cannot reach the others must not run what one of them may be running.
    return this.#store.claim(script, due).catch(() => "unknown" as const);
  }

  release(script: ScriptKey): void {
    // The lease ends by itself if the server is not reached.
    this.#store?.release(script).catch(() => undefined);
  }
}
