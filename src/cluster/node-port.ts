// Cluster: what the front sends to other nodes: it goes to the channels of rooms, routes and nodes.
import { fitReason, isSendableCode, NORMAL_CLOSURE } from "../boundary/errors/close-codes.ts";
import type { ClusterRecord } from "../boundary/directory-record.ts";
import type { MessageOptions } from "../boundary/flow/slow-policy.ts";
import type { Payload } from "../boundary/payload.ts";
import type { ClusterPort } from "../front/directory/cluster-port.ts";
import type { PeerSession, PeerSessions } from "../front/directory/peer-sessions.ts";
import { nodeChannel, roomChannel, routeChannel } from "./backplane/backplane.ts";
import type { PartWriter } from "./directory/part-writer.ts";
import type { Sender } from "./messages/sender.ts";

export class NodePort implements ClusterPort {
  readonly peers: PeerSessions;
  readonly #node: NodePortParts["node"];
  readonly #sender: Sender;
  readonly #writer: PartWriter;

  constructor(parts: NodePortParts) {
    this.peers = parts.node.peers;
    this.#node = parts.node;
    this.#sender = parts.sender;
    this.#writer = parts.writer;
  }

  get status(): ClusterRecord {
    return this.#node.status;
  }

  send({ node, id }: PeerSession, data: Payload, options?: MessageOptions): void {
    this.#sender.send(nodeChannel(node), { action: "send", id, data, options });
  }

  move({ node, id }: PeerSession, what: "join" | "leave", room: string): void {
    this.#sender.send(nodeChannel(node), { action: what, id, data: room });
  }

  close({ node, id }: PeerSession, code: number, reason: string): void {
    const data = JSON.stringify([isSendableCode(code) ? code : NORMAL_CLOSURE, fitReason(reason)]);
    this.#sender.send(nodeChannel(node), { action: "close", id, data });
  }

  broadcast(room: string, data: Payload, except: string, options?: MessageOptions): void {
    const channel = roomChannel(room);
    if (!this.peers.rooms.has(room)) return this.#sender.skip(channel);
    this.#sender.send(channel, { action: "send", id: except, data, options });
  }

  publish(route: string, data: Payload, except: string, options?: MessageOptions): void {
    const channel = routeChannel(route);
    if (!this.peers.routes.has(route)) return this.#sender.skip(channel);
    this.#sender.send(channel, { action: "send", id: except, data, options });
  }

  /** Something of this node's sessions has changed. */
  wake(): void {
    this.#writer.wake();
  }
}

export interface NodePortParts {
  readonly node: { readonly peers: PeerSessions; readonly status: ClusterRecord };
  readonly sender: Sender;
  readonly writer: PartWriter;
}
