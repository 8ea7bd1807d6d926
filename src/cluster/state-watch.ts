// Cluster: follows the state of a node in its cluster.
import type { Clock } from "../boundary/clock.ts";
import type { ClusterTime } from "./backplane/cluster-listener.ts";
import type { ClusterRecord } from "../boundary/directory-record.ts";

type NodeState = Exclude<ClusterRecord["state"], "single">;

/** Follows the state: isolated as soon as the connection is lost, or the lease could not be renewed in its time. */
export class StateWatch {
  readonly #clock: Clock;
  readonly #lease: number;
  #state: NodeState = "rejoining";
  #isConnected = true;
  /** The last time the other nodes were known. */
  #knownAt: number;

  constructor({ clock, lease }: Pick<ClusterTime, "clock" | "lease">) {
    this.#clock = clock;
    this.#lease = lease;
    this.#knownAt = clock.ticks();
  }

  get state(): NodeState {
    return this.#state;
  }

  /** When the other nodes were last known, ms since 1970; null while the node is up. */
  get knownAt(): number | null {
    if (this.#state === "up") return null;
    return Math.round(this.#clock.now() - (this.#clock.ticks() - this.#knownAt));
  }

  /** Returns whether the state has changed. */
  connected(isConnected: boolean): boolean {
    this.#isConnected = isConnected;
    return this.#become(isConnected ? "rejoining" : "isolated");
  }

  /** The lease was renewed. Returns whether the state has changed. */
  renewed(): boolean {
    this.#knownAt = this.#clock.ticks();
    return this.#become("up");
  }

  /** Called about once a second: the server may have stopped without closing the connection. */
  look(): boolean {
    const isLate = this.#clock.ticks() - this.#knownAt > this.#lease;
    if (!isLate) return false;
    return this.#become(this.#isConnected && this.#state === "rejoining" ? "rejoining" : "isolated");
  }

  #become(state: NodeState): boolean {
    const hasChanged = state !== this.#state;
    this.#state = state;
    return hasChanged;
  }
}
