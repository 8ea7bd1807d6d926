// Cluster: the channels that this node listens to: those of the rooms and routes that have members here.
import type { Clock, Timer } from "../../boundary/clock.ts";
import type { Backplane } from "../backplane/backplane.ts";

/**
 * A channel is subscribed before its first member is announced, so that each node that sees the member can reach it, and
 * left some time after its last member, so that a room whose only member comes and goes costs nothing.
 */
export class Listening {
  readonly #ports: ListeningPorts;
  readonly #channels = new Set<string>();
  /** Channels without a member, and when they are left. */
  readonly #leaving = new Map<string, number>();
  #timer: Timer | null = null;

  constructor(ports: ListeningPorts) {
    this.#ports = ports;
  }

  /** Resolves when all these channels are subscribed. */
  async need(channels: Iterable<string>): Promise<void> {
    const missing: string[] = [];
    for (const channel of channels) {
      this.#leaving.delete(channel);
      if (!this.#channels.has(channel)) missing.push(channel);
    }
    if (missing.length === 0) return;
    await this.#ports.backplane.subscribe(missing);
    for (const channel of missing) this.#channels.add(channel);
  }

  /** Members have left these channels, perhaps the last ones. */
  mayLeave(channels: Iterable<string>): void {
    const due = this.#ports.clock.ticks() + LEAVE_AFTER;
    for (const channel of channels)
      if (this.#channels.has(channel) && !this.#ports.source.hasMembers(channel))
        this.#leaving.set(channel, due);
    if (this.#leaving.size > 0) this.#timer ??= this.#ports.clock.after(LEAVE_AFTER, this.#leave);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  readonly #leave = (): void => {
    this.#timer = null;
    const now = this.#ports.clock.ticks();
    const left: string[] = [];
    for (const [channel, due] of this.#leaving) {
      if (due > now) continue;
      this.#leaving.delete(channel);
      if (!this.#ports.source.hasMembers(channel)) left.push(channel);
    }
    this.#leaveNow(left);
    if (this.#leaving.size > 0) this.#timer = this.#ports.clock.after(LEAVE_AFTER, this.#leave);
  };

  #leaveNow(channels: readonly string[]): void {
    if (channels.length === 0) return;
    for (const channel of channels) {
      this.#channels.delete(channel);
      this.#ports.receiver.forget(channel);
    }
    this.#ports.backplane.unsubscribe(channels);
  }
}

export interface ListeningPorts {
  readonly backplane: Pick<Backplane, "subscribe" | "unsubscribe">;
  readonly clock: Clock;
  readonly source: { hasMembers(channel: string): boolean };
  readonly receiver: { forget(channel: string): void };
}

/** How long a channel without a member stays subscribed, ms. */
const LEAVE_AFTER = 2000;
