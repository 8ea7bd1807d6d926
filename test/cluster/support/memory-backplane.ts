import type { Clock } from "../../../src/boundary/clock.ts";
import {
  DIRECTORY_CHANNEL,
  type Backplane,
  type BackplaneReceiver,
} from "../../../src/cluster/backplane/backplane.ts";
import { HEARTBEAT_CHANNEL, PeerStore, requestChannel } from "../../../src/cluster/backplane/peer-store.ts";
import type { NodeIdentity } from "../../../src/cluster/backplane/node-identity.ts";

/** What joins the backplanes of several nodes. */
export class MemoryHub {
  readonly #subscribers = new Map<string, Set<MemoryBackplane>>();
  /** Sees each frame. */
  seen: (channel: string) => void = () => undefined;

  subscribe(channel: string, backplane: MemoryBackplane): void {
    const subscribers = this.#subscribers.get(channel) ?? new Set();
    this.#subscribers.set(channel, subscribers.add(backplane));
  }

  unsubscribe(channel: string, backplane: MemoryBackplane): void {
    this.#subscribers.get(channel)?.delete(backplane);
  }

  publish(channel: string, frame: Uint8Array, from: MemoryBackplane): void {
    this.seen(channel);
    for (const backplane of this.#subscribers.get(channel) ?? [])
      if (backplane !== from) backplane.arrived(channel, frame);
  }
}

/** Frames arrive in the next turn of the loop. */
export class MemoryBackplane implements Backplane {
  readonly frameLimit = 1024 * 1024;
  readonly #hub: MemoryHub;
  readonly #time: { readonly clock: Clock; readonly lease: number };
  #receiver: BackplaneReceiver | null = null;
  #store: PeerStore | null = null;
  #isConnected = false;
  readonly #channels = new Set<string>();
  /** What becomes of its own frames on their way. */
  changed: (channel: string, frame: Uint8Array) => Uint8Array = (_, frame) => frame;
  /** Frames that a test keeps from arriving. */
  isDropped: (channel: string) => boolean = () => false;

  constructor(hub: MemoryHub, time: { readonly clock: Clock; readonly lease: number }) {
    this.#hub = hub;
    this.#time = time;
  }

  async connect(identity: NodeIdentity, receiver: BackplaneReceiver): Promise<void> {
    this.#receiver = receiver;
    this.#store = new PeerStore({
      identity,
      ...this.#time,
      publish: (channel, frame) => this.publish(channel, frame),
      frameLimit: () => this.frameLimit,
      confirm: async () => Promise.resolve(),
      receiver,
    });
    this.#isConnected = true;
    await this.subscribe([DIRECTORY_CHANNEL, HEARTBEAT_CHANNEL, requestChannel(identity.id)]);
  }

  publish(channel: string, frame: Uint8Array): boolean {
    if (this.#isConnected) this.#hub.publish(channel, this.changed(channel, frame), this);
    return this.#isConnected;
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    for (const channel of channels) {
      this.#channels.add(channel);
      this.#hub.subscribe(channel, this);
    }
    await Promise.resolve();
  }

  unsubscribe(channels: readonly string[]): void {
    for (const channel of channels) {
      this.#channels.delete(channel);
      this.#hub.unsubscribe(channel, this);
    }
  }

  partStore(): PeerStore {
    return this.#store!;
  }

  /** Cuts or restores the connection. */
  setConnected(isConnected: boolean): void {
    this.#isConnected = isConnected;
    this.#receiver?.onState(isConnected);
  }

  arrived(channel: string, frame: Uint8Array): void {
    setImmediate(() => {
      if (!this.#isConnected || this.isDropped(channel) || !this.#channels.has(channel)) return;
      this.deliver(channel, frame);
    });
  }

  /** A frame is there, in this turn. */
  deliver(channel: string, frame: Uint8Array): void {
    if (channel.startsWith("h:") || channel.startsWith("s:")) this.#store?.onFrame(channel, frame);
    else this.#receiver?.onFrame(channel, frame);
  }

  async close(): Promise<void> {
    this.#isConnected = false;
    this.unsubscribe([...this.#channels]);
    await Promise.resolve();
  }
}
