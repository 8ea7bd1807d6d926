// Cluster: hands the messages of other nodes to this node's sessions.
import type { PeerDelivery } from "../../front/directory/peer-delivery.ts";
import { closeIn } from "./message-checks.ts";
import type { ChannelMessage } from "./frame.ts";
import type { NodeLosses } from "./node-losses.ts";

export class PeerMessages {
  readonly #delivery: PeerDelivery;
  readonly #losses: NodeLosses;

  constructor(delivery: PeerDelivery, losses: NodeLosses) {
    this.#delivery = delivery;
    this.#losses = losses;
  }

  /** Those of one frame: each socket is written once. */
  deliver(channel: string, messages: readonly ChannelMessage[]): void {
    const [kind, name] = [channel.slice(0, 2), channel.slice(2)];
    for (const message of messages) {
      // A node of a later release asks for what this one does not know.
      if (message.action === "unknown") this.#losses.add("lost");
      else if (kind === "n:") this.#toSession(message);
      else this.#toMembers(kind === "r:" ? "room" : "route", name, message);
    }
    this.#delivery.flush();
  }

  #toMembers(kind: "room" | "route", name: string, { data, id, options }: ChannelMessage): void {
    this.#delivery.broadcast(kind, name, { data, except: id, options });
  }

  #toSession(message: ChannelMessage): void {
    if (!this.#carriedOut(message)) this.#losses.add("noSession");
  }

  // Returns whether the session is here.
  #carriedOut({ action, id, data, options }: ChannelMessage): boolean {
    if (action === "close") return this.#close(id, data);
    if (action === "join" || action === "leave") return this.#delivery.move(id, action, String(data));
    return this.#delivery.send(id, data, options);
  }

  #close(id: string, data: ChannelMessage["data"]): boolean {
    const asked = closeIn(data);
    return asked !== null && this.#delivery.close(id, asked.code, asked.reason);
  }
}
