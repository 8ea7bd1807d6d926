// Cluster: keeps this node's part of the directory in the store, one write in flight.
import type { Timer } from "../../boundary/clock.ts";
import type { ClusterListener, ClusterTime } from "../backplane/cluster-listener.ts";
import { newEpoch } from "../backplane/node-identity.ts";
import type { Listening } from "../messages/listening.ts";
import { channelsOf, type PartSource } from "./local-sessions.ts";
import type { Beat, PartStore } from "../backplane/part-store.ts";

/**
 * Changes gather while a write is in flight. After a write whose result is unknown, or after which the store is not where
 * it should be, the part is written again as a whole.
 */
export class PartWriter {
  readonly #ports: WriterPorts;
  /** The sequence number of the part in the store; null: it is to be written as a whole. */
  #sequence: number | null = null;
  #boot: string | null = null;
  #isBusy = false;
  #isBeatDue = true;
  #timer: Timer | null = null;
  #retry: Timer | null = null;
  #early: Timer | null = null;
  #isStopped = false;

  constructor(ports: WriterPorts) {
    this.#ports = ports;
  }

  /** Starts to write and to renew the lease. */
  start(): void {
    this.#beatLater();
    this.wake();
  }

  /** Something has changed, or the backplane is connected again. */
  wake(): void {
    this.#ports.time.loop.atTurnEnd(() => void this.#run());
  }

  /** The part is written again as a whole: the connection was lost meanwhile. */
  renew(): void {
    this.#sequence = null;
    this.#isBeatDue = true;
    this.wake();
  }

  /** Asks now which nodes are there. */
  beatNow(): void {
    this.#isBeatDue = true;
    this.wake();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#retry?.cancel();
    this.#early?.cancel();
  }

  async #run(): Promise<void> {
    if (this.#isBusy || this.#isStopped) return;
    this.#isBusy = true;
    try {
      while (await this.#step());
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isBusy = false;
    }
  }

  // Returns whether there may be more to do.
  async #step(): Promise<boolean> {
    if (this.#isStopped) return false;
    if (this.#sequence === null) await this.#register();
    else if (this.#isBeatDue) await this.#beat();
    else return this.#commit();
    return true;
  }

  async #register(): Promise<void> {
    const { source, store, listening } = this.#ports;
    const records = source.snapshot();
    await listening.need(new Set(records.flatMap(channelsOf)));
    await store.register(newEpoch(), records);
    this.#sequence = 0;
  }

  async #commit(): Promise<boolean> {
    const { source, store, listening } = this.#ports;
    const change = source.take(COMMIT_OPS);
    if (change === null) return false;
    await listening.need(change.entered);
    const sequence = await store.commit(change);
    // Lower: the store has lost writes, as after a failover. Higher: a write was carried out whose reply was lost.
    this.#sequence = sequence === (this.#sequence ?? 0) + 1 ? sequence : null;
    listening.mayLeave(change.left);
    return true;
  }

  async #beat(): Promise<void> {
    this.#isBeatDue = false;
    const sentAt = this.#ports.time.clock.ticks();
    const beat = await this.#ports.store.beat();
    const isOther = this.#boot !== null && beat.boot !== this.#boot;
    this.#boot = beat.boot;
    if (beat.isLost || isOther) this.#sequence = null;
    this.#ports.onBeat(beat, { isOtherBoot: isOther, sentAt });
    this.#beatAtEnd(beat);
  }

  // A node has missed heartbeats: the others notice the end of its lease when it ends, not at their next heartbeat.
  #beatAtEnd({ nodes }: Beat): void {
    const { clock, heartbeat, lease } = this.#ports.time;
    const end = lease - Math.max(0, ...nodes.map(({ silence }) => silence));
    this.#early?.cancel();
    if (end < heartbeat && !this.#isStopped) this.#early = clock.after(end + AFTER_END, () => this.beatNow());
  }

  #failed(error: unknown): void {
    this.#sequence = null;
    if (this.#isStopped) return;
    this.#ports.listener.onFailed(error);
    this.#retry?.cancel();
    this.#retry = this.#ports.time.clock.after(RETRY_AFTER, () => this.wake());
  }

  #beatLater(): void {
    const { clock, heartbeat } = this.#ports.time;
    this.#timer = clock.after(heartbeat, () => {
      this.#isBeatDue = true;
      this.#beatLater();
      this.wake();
    });
  }
}

export interface WriterPorts {
  readonly source: PartSource;
  readonly store: PartStore;
  readonly listening: Listening;
  readonly time: ClusterTime;
  readonly listener: Pick<ClusterListener, "onFailed">;
  readonly onBeat: (beat: Beat, about: BeatFacts) => void;
}

export interface BeatFacts {
  /** Whether the store has come back without what was in it. */
  readonly isOtherBoot: boolean;
  /** By the monotonic clock, ms. */
  readonly sentAt: number;
}

/** The most steps of one write. */
const COMMIT_OPS = 500;

/** How long after the end of a lease the store is asked, ms. */
const AFTER_END = 5;

/** How long a write that has failed waits for the next one, ms. */
const RETRY_AFTER = 200;
