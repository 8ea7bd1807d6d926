// Cluster: sends a node's messages to other nodes, at the end of the turn.
import type { Loop } from "../../boundary/clock.ts";
import { roomChannel, routeChannel } from "../backplane/backplane.ts";
import { ChannelSender, type SenderPorts } from "./channel-sender.ts";
import type { ChannelMessage } from "./frame.ts";

export class Sender {
  readonly #ports: SenderPorts & { readonly loop: Loop };
  readonly #channels = new Map<string, ChannelSender>();
  /** The channels that have messages of this turn. */
  readonly #waiting = new Set<ChannelSender>();
  /** Nodes that were dropped and may come back. */
  readonly #lapsed = new Set<string>();
  #eras = 0;
  /** Until then a node that was dropped may come back; null: none was. */
  #returnUntil: number | null = null;

  constructor(ports: SenderPorts & { readonly loop: Loop }) {
    this.#ports = ports;
  }

  send(channel: string, message: ChannelMessage): void {
    const sender = this.#senderOf(channel);
    sender.add(message);
    if (this.#waiting.size === 0) this.#ports.loop.atTurnEnd(() => this.flush());
    this.#waiting.add(sender);
  }

  flush(): void {
    for (const sender of this.#waiting) sender.flush();
    this.#waiting.clear();
  }

  /** A node listens to a room or route from now on: it learns where the counting stands, if there has been any. */
  onReach(kind: "room" | "route", name: string, node: string): void {
    this.#channels.get(channelOf(kind, name))?.reach(node, this.#lapsed.has(node));
  }

  /** A node has no member of a room or route any more. */
  onUnreach(kind: "room" | "route", name: string, node: string): void {
    if (!this.#lapsed.has(node)) this.#channels.get(channelOf(kind, name))?.unreach(node);
  }

  /** A message to a channel that no other node listens to, or only one that was dropped. */
  skip(channel: string): void {
    if (this.#returnUntil !== null) this.#channels.get(channel)?.skip();
  }

  /** A node is dropped: what it misses has numbers, so that it counts them if it comes back. `isOver`: it is back, or gone. */
  onLapse(node: string, isOver = false): void {
    this.#lapsed.delete(node);
    if (isOver) return;
    this.#lapsed.add(node);
    this.#returnUntil = this.#ports.clock.ticks() + RETURN_WITHIN;
  }

  /** A node was cut off for up to these ms, and may have missed the last numbers of its channels. */
  onRejoin(within: number): void {
    for (const sender of this.#channels.values()) sender.repeatMark(within);
  }

  /** Called about once a second. */
  settle(): void {
    if (this.#returnUntil !== null && this.#ports.clock.ticks() > this.#returnUntil) this.#returnUntil = null;
    for (const [channel, sender] of this.#channels)
      if (sender.settle() && this.#returnUntil === null) this.#channels.delete(channel);
  }

  #senderOf(channel: string): ChannelSender {
    const known = this.#channels.get(channel);
    if (known !== undefined) return known;
    const made = new ChannelSender(channel, (this.#eras += 1), this.#ports);
    this.#channels.set(channel, made);
    return made;
  }
}

function channelOf(kind: "room" | "route", name: string): string {
  return kind === "room" ? roomChannel(name) : routeChannel(name);
}

/** How long a node that was dropped may be away and still count what it has missed, ms. */
export const RETURN_WITHIN = 600_000;
