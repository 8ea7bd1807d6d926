// Cluster: takes frames of other nodes apart, hands their messages to this node, and counts what is missing.
import type { ClusterListener } from "../backplane/cluster-listener.ts";
import type { NodeIdentity } from "../backplane/node-identity.ts";
import { senderIn } from "../backplane/json-frame.ts";
import { fitsChannel } from "./message-checks.ts";
import { ChannelCounts } from "./channel-counts.ts";
import { FRAME_VERSION, readFrame, type Frame } from "./frame.ts";
import type { PeerMessages } from "./peer-messages.ts";
import type { NodeLosses } from "./node-losses.ts";

export class Receiver {
  readonly #counts = new Map<string, ChannelCounts>();
  readonly #ports: ReceiverPorts;

  constructor(ports: ReceiverPorts) {
    this.#ports = ports;
  }

  /** A frame has arrived on a channel of messages. */
  receive(channel: string, bytes: Uint8Array): void {
    const frame = readFrame(bytes);
    if (frame === null) return this.#ports.losses.refuse(senderIn(bytes));
    if (frame.node === this.#ports.identity.id) return;
    if (frame.version !== FRAME_VERSION) return this.#ignore(frame);
    if (!fitsChannel(channel, frame)) return this.#ports.losses.refuse(frame.node);
    if (!this.#ports.isHeard(channel)) return this.#counts.get(channel)?.mute(frame);
    const lost = this.#countsOf(channel).note(frame);
    if (lost < 0) return;
    this.#ports.losses.add("lost", lost);
    if (frame.messages.length > 0) this.#ports.messages.deliver(channel, frame.messages);
  }

  /** This node no longer listens to the channel. */
  forget(channel: string): void {
    this.#counts.delete(channel);
  }

  /** A node has left, for good: its name is never used again. */
  forgetNode(node: string): void {
    for (const counts of this.#counts.values()) counts.forget(node);
  }

  // How many messages it has is not known: the frame is counted.
  #ignore({ node, version }: Frame): void {
    this.#ports.losses.add("otherVersion");
    this.#ports.listener.onVersion(node, version);
  }

  #countsOf(channel: string): ChannelCounts {
    const known = this.#counts.get(channel);
    if (known !== undefined) return known;
    const made = new ChannelCounts(this.#ports.identity.id);
    this.#counts.set(channel, made);
    return made;
  }
}

export interface ReceiverPorts {
  /** This node, whose own frames may come back to it. */
  readonly identity: NodeIdentity;
  readonly losses: NodeLosses;
  readonly messages: PeerMessages;
  /** Whether a session here gets what comes by the channel. Numbers that no session misses are not followed. */
  isHeard(channel: string): boolean;
  readonly listener: ClusterListener;
}
