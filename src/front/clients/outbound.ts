// Front: the outbound WebSocket connections of all hosts.
import type { ClientEvent } from "../../boundary/events.ts";
import { sizeOf, type Payload } from "../../boundary/payload.ts";
import type { ClientRef } from "../../boundary/refs.ts";
import { ABNORMAL_CLOSURE } from "../../boundary/errors/close-codes.ts";
import { exceedsShare, isRelieved, type InboundShare, type ShareLimits } from "../flow/inbound-share.ts";
import { Connection, type ConnectionLimits, type ConnectionListener } from "./connection.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";
import type { ClientPeer } from "../../boundary/commands.ts";
import type { ConnectionHold, ConnectionHolds } from "./connection-holds.ts";

/** Each connection belongs to the host that asked for it, and ends with the host. */
export class Outbound {
  readonly counts: OutboundCounts = { asked: 0, opened: 0, failed: 0, sent: 0, received: 0, dropped: 0 };
  readonly #limits: OutboundLimits;
  readonly #listener: OutboundListener;
  readonly #hosts = new Map<number, Map<ClientRef, Connection>>();
  /** Of the connections that a cluster has once. */
  readonly #holds = new Map<Connection, ConnectionHold>();
  readonly #cluster: ConnectionHolds;

  constructor(limits: OutboundLimits, listener: OutboundListener, cluster: ConnectionHolds) {
    this.#limits = limits;
    this.#listener = listener;
    this.#cluster = cluster;
  }

  /** Connections that are not closed yet. One that another node of the cluster has counts, too. */
  get size(): number {
    let size = 0;
    for (const connections of this.#hosts.values()) size += connections.size;
    return size;
  }

  /** Opens a connection. Its progress is sent to the owner as client events. */
  connect(owner: ClientOwner, client: ClientRef, { url, once }: ClientPeer): void {
    const connections = this.#hosts.get(owner.slot) ?? new Map<ClientRef, Connection>();
    if (connections.has(client)) return;
    this.#hosts.set(owner.slot, connections);
    this.counts.asked += 1;
    if (!this.#limits.admits(connections.size, owner.script)) return this.#refuse(owner, client);
    const connection = new Connection(this.#limits, this.#listenerFor(owner, client));
    connections.set(client, connection);
    if (once === null) return connection.open(url);
    this.#openOnce(connection, url, `${owner.script} ${once}`);
  }

  send(slot: number, client: ClientRef, data: Payload): void {
    const isTaken = this.#hosts.get(slot)?.get(client)?.send(data) ?? false;
    if (isTaken) this.counts.sent += 1;
    else this.counts.dropped += 1;
  }

  close(slot: number, client: ClientRef, code: number, reason: string): void {
    this.#hosts.get(slot)?.get(client)?.close(code, reason);
  }

  /** The host is over: its connections end, and no event is sent for them. */
  end(slot: number): void {
    const connections = this.#hosts.get(slot);
    this.#hosts.delete(slot);
    for (const connection of connections?.values() ?? []) {
      connection.leave();
      this.#letGo(connection);
    }
  }

  endAll(): void {
    for (const slot of [...this.#hosts.keys()]) this.end(slot);
  }

  /** `high`: too many events wait for the host, so its connections are not read until this is called with `false`. */
  setPressure(slot: number, high: boolean): void {
    for (const connection of this.#hosts.get(slot)?.values() ?? []) connection.hold("pressure", high);
  }

  /** The messages of a connection that wait for the host; null when it has ended. */
  shareOf(slot: number, client: ClientRef): InboundShare | null {
    return this.#hosts.get(slot)?.get(client)?.inbound ?? null;
  }

  /** Fewer of its messages wait. */
  relieve(slot: number, client: ClientRef): void {
    const connection = this.#hosts.get(slot)?.get(client);
    if (connection === undefined || !isRelieved(connection.inbound, this.#limits.share)) return;
    connection.inbound.isPaused = false;
    connection.hold("share", false);
  }

  // On one node of the cluster at a time: on the others it waits, as before its opening.
  #openOnce(connection: Connection, url: string, name: string): void {
    const hold = this.#cluster.ask(name, {
      onHeld: () => connection.open(url),
      onLost: (why) => connection.cut(why),
    });
    if (hold === null) connection.open(url);
    else this.#holds.set(connection, hold);
  }

  #letGo(connection: Connection | undefined): void {
    if (connection === undefined) return;
    this.#holds.get(connection)?.release();
    this.#holds.delete(connection);
  }

  // Like a session: one server that sends without pause fills its own share, not the queue of the host.
  #received({ slot, script }: ClientOwner, client: ClientRef, data: Payload): void {
    const connection = this.#hosts.get(slot)?.get(client);
    if (connection === undefined) return;
    const { inbound } = connection;
    this.counts.received += 1;
    inbound.offer(sizeOf(data));
    this.#listener.push(slot, { kind: "clientMessage", script, client, data });
    if (inbound.isPaused || !exceedsShare(inbound, this.#limits.share)) return;
    inbound.isPaused = true;
    connection.hold("share", true);
  }

  #refuse(owner: ClientOwner, client: ClientRef): void {
    const listener = this.#listenerFor(owner, client);
    listener.onError("too many connections to other servers are open; close some first");
    listener.onClose(ABNORMAL_CLOSURE, "");
  }

  #listenerFor({ slot, script }: ClientOwner, client: ClientRef): ConnectionListener {
    const send = (event: ClientEvent): void => this.#listener.push(slot, event);
    return {
      onOpen: () => {
        this.counts.opened += 1;
        send({ kind: "clientOpen", script, client });
      },
      onMessage: (data) => this.#received({ slot, script }, client, data),
      onError: (message) => {
        this.counts.failed += 1;
        send({ kind: "clientError", script, client, message });
      },
      onClose: (code, reason) => {
        this.#letGo(this.#hosts.get(slot)?.get(client));
        this.#hosts.get(slot)?.delete(client);
        send({ kind: "clientClose", script, client, code, reason });
      },
    };
  }
}

export interface OutboundLimits extends ConnectionLimits {
  /** What of one connection may wait for its host. */
  readonly share: ShareLimits;
  /** Whether a host with this number of connections may open another one. */
  admits(open: number, script: ScriptKey): boolean;
}

/** Counted since the start. */
export interface OutboundCounts {
  /** Connections that scripts asked for. */
  asked: number;
  opened: number;
  /** Connections that never opened, or that an error ended. */
  failed: number;
  sent: number;
  received: number;
  /** Messages to connections that had closed. */
  dropped: number;
}

/** Which script asked for a connection, and the slot of its host. */
export interface ClientOwner {
  readonly slot: number;
  readonly script: ScriptKey;
}

export interface OutboundListener {
  /** Sends an event of a connection to the host that owns it. */
  push(slot: number, event: ClientEvent): void;
}
