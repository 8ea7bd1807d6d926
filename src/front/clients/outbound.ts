import type { ClientEvent } from "../../boundary/events.ts";
import type { Payload } from "../../boundary/payload.ts";
import { Connection, type ConnectionLimits } from "./connection.ts";
import type { ClientRef } from "../../boundary/refs.ts";

/** Counted since the start. */
export interface OutboundCounts {
  /** Connections that scripts have asked for. */
  asked: number;
  opened: number;
  /** Connections that never opened, or that an error has ended. */
  failed: number;
  sent: number;
  received: number;
  /** Messages to connections that had gone. */
  dropped: number;
}

/** Who opened a connection: a host, and the script in it. */
export interface Owner {
  readonly slot: number;
  readonly script: string;
}

export interface OutboundPorts {
  readonly limits: ConnectionLimits;
  /** Tells a host what has become of one of its connections. */
  tell(slot: number, event: ClientEvent): void;
}

/** The outbound WebSocket connections of all hosts. Each belongs to the host that has asked for it, and ends with it. */
export class Outbound {
  readonly counts: OutboundCounts = { asked: 0, opened: 0, failed: 0, sent: 0, received: 0, dropped: 0 };
  readonly #ports: OutboundPorts;
  readonly #hosts = new Map<number, Map<ClientRef, Connection>>();

  constructor(ports: OutboundPorts) {
    this.#ports = ports;
  }

  /** Connections that are not gone yet. */
  get size(): number {
    let size = 0;
    for (const connections of this.#hosts.values()) size += connections.size;
    return size;
  }

  connect(owner: Owner, client: ClientRef, url: string): void {
    const connections = this.#hosts.get(owner.slot) ?? new Map<ClientRef, Connection>();
    if (connections.has(client)) return;
    this.#hosts.set(owner.slot, connections);
    this.counts.asked += 1;
    const connection = new Connection(this.#ports.limits, this.#listenerFor(owner, client));
    connections.set(client, connection);
    connection.open(url);
  }

  send(slot: number, client: ClientRef, data: Payload): void {
    const isTaken = this.#hosts.get(slot)?.get(client)?.send(data) ?? false;
    if (isTaken) this.counts.sent += 1;
    else this.counts.dropped += 1;
  }

  close(slot: number, client: ClientRef, code: number, reason: string): void {
    this.#hosts.get(slot)?.get(client)?.close(code, reason);
  }

  /** A host is over: nobody is there to be told how its connections end. */
  end(slot: number): void {
    const connections = this.#hosts.get(slot);
    this.#hosts.delete(slot);
    for (const connection of connections?.values() ?? []) connection.leave();
  }

  endAll(): void {
    for (const slot of [...this.#hosts.keys()]) this.end(slot);
  }

  /** Too much waits for the host: its connections are not read until that has changed. */
  setPressure(slot: number, high: boolean): void {
    for (const connection of this.#hosts.get(slot)?.values() ?? []) connection.setReading(!high);
  }

  #listenerFor({ slot, script }: Owner, client: ClientRef): ConstructorParameters<typeof Connection>[1] {
    const tell = (event: ClientEvent): void => this.#ports.tell(slot, event);
    return {
      onOpen: () => {
        this.counts.opened += 1;
        tell({ kind: "clientOpen", script, client });
      },
      onMessage: (data) => {
        this.counts.received += 1;
        tell({ kind: "clientMessage", script, client, data });
      },
      onError: (message) => {
        this.counts.failed += 1;
        tell({ kind: "clientError", script, client, message });
      },
      onClose: (code, reason) => {
        this.#hosts.get(slot)?.delete(client);
        tell({ kind: "clientClose", script, client, code, reason });
      },
    };
  }
}
