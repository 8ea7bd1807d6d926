// Front: carries out on this node's sessions what other nodes send.
import type { MessageOptions } from "../../boundary/flow/slow-policy.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { Directory } from "./directory.ts";
import type { Hub } from "./hub.ts";
import type { Outbox } from "./outbox-port.ts";

/** Sessions are named by their public ids. Nothing is sent back to the cluster. */
export class PeerDelivery {
  readonly #directory: Directory;
  readonly #hub: Hub;
  readonly #outbox: Outbox;

  constructor({ directory, hub, outbox }: { directory: Directory; hub: Hub; outbox: Outbox }) {
    this.#directory = directory;
    this.#hub = hub;
    this.#outbox = outbox;
  }

  /** To the members of a room, or the sessions of a route, but the one of this id. */
  broadcast(kind: "room" | "route", name: string, { data, except, options }: PeerMessage): void {
    const excluded = except === "" ? null : (this.#directory.sessionById(except) ?? null);
    if (kind === "room") return this.#hub.deliver(name, data, excluded, options);
    const route = this.#directory.route(name);
    if (route.members.size > 0) this.#outbox.broadcast(route, data, excluded, options);
  }

  /** Returns whether the session is here. */
  send(id: string, data: Payload, options?: MessageOptions): boolean {
    const session = this.#directory.sessionById(id);
    if (session === undefined) return false;
    this.#hub.send(session.ref, data, options);
    return true;
  }

  /** The host of the session makes it join or leave a room. Returns whether the session is here. */
  move(id: string, what: "join" | "leave", room: string): boolean {
    const session = this.#directory.sessionById(id);
    if (session === undefined) return false;
    this.#hub.move(session, what, room);
    return true;
  }

  /** Returns whether the session is here. */
  close(id: string, code: number, reason: string): boolean {
    const session = this.#directory.sessionById(id);
    if (session === undefined) return false;
    this.#hub.close(session.ref, code, reason);
    return true;
  }

  /** Writes to the sockets what was delivered in this turn. */
  flush(): void {
    this.#outbox.flush();
  }
}

/** A broadcast of another node. */
export interface PeerMessage {
  readonly data: Payload;
  readonly except: string;
  readonly options?: MessageOptions | undefined;
}
