// Cluster: passes frames between the fronts of one machine, in the process that has started them.
import type { Duplex } from "node:stream";
import { encodeLocal, KIND, LocalReader, type LocalMessage } from "./local-message.ts";

/**
 * Each front is connected by a private channel. A frame goes to all other fronts that have subscribed to its channel, in
 * the order in which its front published. A front that does not read is cut off, so that it costs no memory without bound.
 */
export class Relay {
  readonly #subscribers = new Map<string, Set<Link>>();
  readonly #links = new Set<Link>();
  readonly #unreadLimit: number;
  readonly #onCut: (channel: Duplex) => void;
  #cuts = 0;

  /** `onCut` is called when a front was cut off, because it did not read or sent bytes that are not a message. */
  constructor({ onCut, unreadLimit = UNREAD_LIMIT }: RelayOptions) {
    this.#onCut = onCut;
    this.#unreadLimit = unreadLimit;
  }

  /** How many fronts were cut off, since the start. */
  get cuts(): number {
    return this.#cuts;
  }

  /** Serves one front until its channel closes. The other fronts are then notified that it has ended. */
  attach(channel: Duplex): void {
    const reader = new LocalReader();
    const link: Link = { channel, node: "", channels: new Set(), isCorked: false };
    this.#links.add(link);
    channel.on("data", (chunk: Uint8Array) => {
      if (!reader.read(chunk, (message) => this.#receive(link, message))) this.#cut(link);
    });
    channel.on("error", () => channel.destroy());
    channel.once("end", () => channel.end());
    channel.once("close", () => this.#detach(link));
  }

  #receive(link: Link, { kind, channel, bytes }: LocalMessage): void {
    if (kind === KIND.frame) this.#relay(link, channel, bytes);
    else if (kind === KIND.confirm) this.#send(link, bytes);
    else if (kind === KIND.subscribe) this.#subscribe(link, channel);
    else if (kind === KIND.unsubscribe) this.#unsubscribe(link, channel);
    else if (kind === KIND.hello) link.node = channel;
  }

  #relay(from: Link, channel: string, bytes: Uint8Array): void {
    for (const link of this.#subscribers.get(channel) ?? []) if (link !== from) this.#send(link, bytes);
  }

  #subscribe(link: Link, channel: string): void {
    const subscribers = this.#subscribers.get(channel) ?? new Set();
    this.#subscribers.set(channel, subscribers.add(link));
    link.channels.add(channel);
  }

  #unsubscribe(link: Link, channel: string): void {
    link.channels.delete(channel);
    const subscribers = this.#subscribers.get(channel);
    subscribers?.delete(link);
    if (subscribers?.size === 0) this.#subscribers.delete(channel);
  }

  // All that is sent in one turn is one write.
  #send(link: Link, bytes: Uint8Array): void {
    const { channel } = link;
    if (!channel.writable) return;
    if (!link.isCorked) {
      link.isCorked = true;
      channel.cork();
      process.nextTick(() => {
        link.isCorked = false;
        channel.uncork();
      });
    }
    channel.write(bytes);
    if (channel.writableLength > this.#unreadLimit) this.#cut(link);
  }

  #cut(link: Link): void {
    if (link.channel.destroyed) return;
    this.#cuts += 1;
    link.channel.destroy();
    this.#onCut(link.channel);
  }

  #detach(link: Link): void {
    if (!this.#links.delete(link)) return;
    for (const channel of [...link.channels]) this.#unsubscribe(link, channel);
    if (link.node === "") return;
    const gone = encodeLocal(KIND.gone, link.node);
    for (const other of this.#links) this.#send(other, gone);
  }
}

export interface RelayOptions {
  readonly onCut: (channel: Duplex) => void;
  /** Bytes that may wait for a front that does not read. Default 64 MiB. */
  readonly unreadLimit?: number;
}

/** The connection to one front. */
interface Link {
  readonly channel: Duplex;
  /** The id of its node; empty until it has sent that. */
  node: string;
  /** What it has subscribed to. */
  readonly channels: Set<string>;
  isCorked: boolean;
}

const UNREAD_LIMIT = 64 * 1024 * 1024;
