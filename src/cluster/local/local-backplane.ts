// Cluster: the backplane of fronts on one machine: frames go through the process that has started them.
import type { Duplex } from "node:stream";
import type { Clock } from "../../boundary/clock.ts";
import { DIRECTORY_CHANNEL, type Backplane, type BackplaneReceiver } from "../backplane/backplane.ts";
import type { NodeIdentity } from "../backplane/node-identity.ts";
import { HEARTBEAT_CHANNEL, PeerStore, requestChannel } from "../backplane/peer-store.ts";
import { encodeLocal, KIND, LOCAL_FRAME_LIMIT, LocalReader, type LocalMessage } from "./local-message.ts";

/** The channel is there from the start and does not come back: without it, the front is stopped and started again. */
export class LocalBackplane implements Backplane {
  readonly frameLimit = LOCAL_FRAME_LIMIT;
  readonly #channel: Duplex;
  readonly #time: LocalTime;
  readonly #subscribed = new Set<string>();
  readonly #confirms = new Map<number, Confirm>();
  #receiver: BackplaneReceiver | null = null;
  #store: PeerStore | null = null;
  #asked = 0;
  #isCorked = false;

  constructor(channel: Duplex, time: LocalTime) {
    this.#channel = channel;
    this.#time = time;
  }

  async connect(identity: NodeIdentity, receiver: BackplaneReceiver): Promise<void> {
    this.#receiver = receiver;
    this.#store = new PeerStore({
      ...{ identity, ...this.#time },
      publish: (channel, frame) => this.publish(channel, frame),
      frameLimit: () => this.frameLimit,
      confirm: async () => this.#confirm(),
      receiver,
    });
    const reader = new LocalReader();
    this.#channel.on("data", (chunk: Uint8Array) => {
      if (!reader.read(chunk, this.#receive)) this.#channel.destroy();
    });
    this.#channel.on("error", () => this.#channel.destroy());
    this.#channel.once("close", this.#onClose);
    this.#send(KIND.hello, identity.id);
    await this.subscribe([DIRECTORY_CHANNEL, HEARTBEAT_CHANNEL, requestChannel(identity.id)]);
  }

  publish(channel: string, frame: Uint8Array): boolean {
    if (!this.#channel.writable || this.#channel.writableLength > UNSENT_LIMIT) return false;
    this.#send(KIND.frame, channel, frame);
    return true;
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    for (const channel of channels) {
      if (this.#subscribed.has(channel)) continue;
      this.#subscribed.add(channel);
      this.#send(KIND.subscribe, channel);
    }
    // The relay handles messages in order: after this it knows of the subscriptions.
    await this.#confirm();
  }

  unsubscribe(channels: readonly string[]): void {
    for (const channel of channels)
      if (this.#subscribed.delete(channel)) this.#send(KIND.unsubscribe, channel);
  }

  partStore(): PeerStore {
    return this.#store!;
  }

  /** What was published before is sent first, if the relay reads. */
  async close(): Promise<void> {
    this.#receiver = null;
    if (this.#channel.destroyed) return;
    await new Promise<void>((resolve) => {
      const timer = this.#time.clock.after(CLOSE_WITHIN, resolve);
      this.#channel.end(() => {
        timer.cancel();
        resolve();
      });
    });
    this.#channel.destroy();
  }

  async #confirm(): Promise<void> {
    const number = (this.#asked = (this.#asked + 1) % 2 ** 32);
    const payload = new Uint8Array(new Uint32Array([number]).buffer);
    await new Promise<void>((resolve, reject) => {
      if (!this.#channel.writable) return reject(new Error("the channel between the fronts is closed"));
      this.#confirms.set(number, { resolve, reject });
      this.#send(KIND.confirm, "", payload);
    });
  }

  // All that is sent in one turn is one write.
  #send(kind: number, channel: string, payload?: Uint8Array): void {
    if (!this.#channel.writable) return;
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#channel.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        this.#channel.uncork();
      });
    }
    this.#channel.write(encodeLocal(kind, channel, payload));
  }

  readonly #receive = ({ kind, channel, payload }: LocalMessage): void => {
    if (kind === KIND.frame) this.#arrived(channel, payload);
    else if (kind === KIND.confirm) this.#confirmed(Buffer.from(payload).readUInt32LE(0));
    else if (kind === KIND.gone) this.#gone(channel);
  };

  #arrived(channel: string, frame: Uint8Array): void {
    if (!this.#subscribed.has(channel)) return;
    if (channel.startsWith("h:") || channel.startsWith("s:")) this.#store?.onFrame(channel, frame);
    else this.#receiver?.onFrame(channel, frame);
  }

  #confirmed(number: number): void {
    this.#confirms.get(number)?.resolve();
    this.#confirms.delete(number);
  }

  // The relay notices the end of a front at once: the others do not wait until its lease is over.
  #gone(node: string): void {
    const announcement = this.#store?.ended(node) ?? null;
    if (announcement !== null) this.#receiver?.onFrame(DIRECTORY_CHANNEL, announcement);
  }

  readonly #onClose = (): void => {
    const error = new Error("the channel between the fronts is closed");
    for (const confirm of this.#confirms.values()) confirm.reject(error);
    this.#confirms.clear();
    this.#receiver?.onState(false);
  };
}

/** The time by which nodes are there. */
interface LocalTime {
  readonly clock: Clock;
  /** How long a heartbeat counts, ms. */
  readonly lease: number;
}

interface Confirm {
  resolve(): void;
  reject(error: Error): void;
}

/** The most bytes that wait for the relay: beyond it messages are dropped and counted. */
const UNSENT_LIMIT = 64 * 1024 * 1024;

/** How long the close waits for the relay, ms. */
const CLOSE_WITHIN = 200;
