import type { Clock } from "../../../src/boundary/clock.ts";
import type { MessageOptions } from "../../../src/boundary/flow/slow-policy.ts";
import type { Payload } from "../../../src/boundary/payload.ts";
import { NO_SESSION } from "../../../src/boundary/refs.ts";
import type { Backplane } from "../../../src/cluster/backplane/backplane.ts";
import { ClusterHolds } from "../../../src/cluster/holds/cluster-holds.ts";
import { ClusterNode } from "../../../src/cluster/cluster-node.ts";
import { Directory } from "../../../src/front/directory/directory.ts";
import { Hub } from "../../../src/front/directory/hub.ts";
import type { PresenceEntry } from "../../../src/boundary/rooms/presence.ts";
import type { EncodedMessage } from "../../../src/front/directory/history-port.ts";
import type { Outbox } from "../../../src/front/directory/outbox-port.ts";
import { PeerDelivery } from "../../../src/front/directory/peer-delivery.ts";
import { Session } from "../../../src/front/directory/session.ts";
import { realClock, realLoop } from "../../../src/real-clock.ts";
import { anyHandshake } from "../../support/any-session.ts";

/** A node without sockets: its directory and hub are real, and what would go to a client is kept in `got`. */
export class TestNode {
  readonly cluster: ClusterNode;
  readonly holds: ClusterHolds;
  /** What each session received. */
  readonly got = new Map<string, Payload[]>();
  /** The options of each message that had some. */
  readonly options: MessageOptions[] = [];
  readonly closes: string[] = [];
  readonly had = new Set<string>();
  readonly events: string[] = [];
  readonly #directory = new Directory(() => undefined);
  readonly #hub: Hub;
  readonly #away = new Set<string>();
  #refs = 0;

  constructor(
    backplane: Backplane,
    { announces = "sessions", clock = realClock, ...timing }: TestNodeOptions,
  ) {
    this.holds = new ClusterHolds(clock);
    const outbox = this.#outbox();
    const directory = this.#directory;
    const hub = new Hub(directory, {
      outbox,
      accept: () => undefined,
      refuse: () => undefined,
      push: () => undefined,
    });
    this.#hub = hub;
    this.cluster = new ClusterNode({
      ...{ backplane, announces, holds: this.holds },
      time: { ...timing, clock, loop: realLoop },
      front: {
        directory,
        peerDelivery: () => new PeerDelivery({ directory, hub, outbox }),
        nextRef: () => (this.#refs += 1),
        joinCluster: (cluster) => {
          directory.joinCluster(cluster);
          hub.joinCluster(cluster);
        },
      },
      listener: {
        onNode: (node, what) => this.events.push(`${what} ${node}`),
        onChange: () => undefined,
        onFailed: (error) => this.events.push(`failed ${String(error)}`),
        onMalformed: (node) => this.events.push(`malformed ${node}`),
        onVersion: (node, version) => this.events.push(`version ${version} of ${node}`),
      },
    });
  }

  /** Asks for a connection that the cluster has once; `had` has the names of those that this node has. */
  ask(name: string): { release(): void } {
    return this.holds.ask(name, {
      onHeld: () => void this.had.add(name),
      onLost: () => void this.had.delete(name),
    });
  }

  get id(): string {
    return this.cluster.identity.id;
  }

  connect(id: string): void {
    const session = new Session((this.#refs += 1), anyHandshake(id), {
      host: 1,
      route: this.#directory.route("/ws/chat"),
    });
    session.state = "open";
    this.#hub.admit(session);
    this.got.set(id, []);
  }

  join(id: string, room: string): void {
    this.#hub.join(this.#ref(id), room);
  }

  /** Joins with presence: an envelope is noted as a message. */
  show(id: string, room: string, data: unknown): void {
    const session = this.#directory.sessionById(id)!;
    const isAway = (): boolean => this.#away.has(id);
    session.inbound.line ??= {
      seen: null,
      end: () => undefined,
      answered: () => undefined,
      get isAway() {
        return isAway();
      },
    };
    this.#hub.join(session.ref, room, { history: false, presence: JSON.stringify({ data }) });
  }

  setAway(id: string, isAway: boolean): void {
    this.#away[isAway ? "add" : "delete"](id);
    this.#directory.setAway(this.#directory.sessionById(id)!, isAway);
  }

  /** Who is present in a room of the whole cluster, as this node knows it: each with `!` while it is away. */
  presence(room: string): string[] {
    const all = JSON.parse(this.#directory.presences.listOf(room)) as PresenceEntry[];
    return all
      .map(({ id, data, away }) => `${id}=${JSON.stringify(data)}${away === true ? "!" : ""}`)
      .toSorted();
  }

  leave(id: string, room: string): void {
    this.#hub.leave(this.#ref(id), room);
  }

  end(id: string): void {
    this.#hub.finish(this.#directory.sessionById(id)!);
  }

  broadcast(room: string, data: Payload, except?: string, options?: MessageOptions): void {
    this.#hub.broadcast(room, data, except === undefined ? NO_SESSION : this.#ref(except), options);
  }

  publish(route: string, data: Payload, options?: MessageOptions): void {
    this.#hub.publish(route, data, NO_SESSION, options);
  }

  send(id: string, data: Payload, options?: MessageOptions): void {
    this.#hub.send(this.#ref(id), data, options);
  }

  close(id: string, code: number, reason: string): void {
    this.#hub.close(this.#ref(id), code, reason);
  }

  /** Sessions, states and rooms of the whole cluster, as this node knows them. */
  digest(): string {
    const lines: string[] = [];
    for (const { handshake, state, rooms } of this.#directory.sessions.values())
      lines.push(
        lineOf(
          handshake.id,
          state,
          Array.from(rooms ?? [], ({ name }) => name),
        ),
      );
    for (const { id, state, rooms } of this.cluster.peers.refs.values()) lines.push(lineOf(id, state, rooms));
    return lines.toSorted().join("\n");
  }

  /** How many sessions of the whole cluster this node knows. */
  size(): number {
    return this.#directory.size + this.cluster.peers.refs.size;
  }

  /** The numbers that other nodes have announced, by channel. */
  get counts(): Record<string, number> {
    return Object.fromEntries(this.cluster.peers.counts.totals);
  }

  memberCount(room: string): number {
    const own = this.#directory.rooms.get(room)?.members.size ?? 0;
    const others = [...this.cluster.peers.refs.values()].filter(({ rooms }) => rooms.includes(room));
    return own + others.length;
  }

  #ref(id: string): number {
    const ref = this.#directory.sessionById(id)?.ref ?? this.cluster.peers.ids.get(id)?.ref;
    if (ref === undefined) throw new Error(`node ${this.id} does not know session ${id}`);
    return ref;
  }

  #outbox(): Outbox {
    const note = (session: Session, data: Payload | EncodedMessage, options?: MessageOptions): void => {
      if (typeof data === "string" || data instanceof Uint8Array)
        this.got.get(session.handshake.id)?.push(data);
      if (options !== undefined) this.options.push(options);
    };
    return {
      send: note,
      sendEnvelope: note,
      sendEnvelopes: (sessions, text) => sessions.forEach((session) => note(session, text)),
      atFlush: (action) => queueMicrotask(action),
      broadcast: (room, data, except, options) => {
        for (const member of room.members) if (member !== except) note(member, data, options);
      },
      joining: () => undefined,
      leaving: () => undefined,
      close: (session, code, reason) => void this.closes.push(`${session.handshake.id} ${code} ${reason}`),
      hasClose: false,
      flush: () => undefined,
      hold: () => undefined,
    };
  }
}

interface TestNodeOptions {
  readonly heartbeat: number;
  readonly lease: number;
  readonly announces?: "sessions" | "counts";
  readonly clock?: Clock;
}

function lineOf(id: string, state: string, rooms: readonly string[]): string {
  return `${id} ${state} ${rooms.toSorted().join(",")}`;
}
