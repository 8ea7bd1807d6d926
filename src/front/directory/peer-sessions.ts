// Front: the sessions that other nodes of the cluster serve.
import type { DirectoryChange, DirectoryRecord, SessionState } from "../../boundary/directory-record.ts";
import type { Presences } from "./presences.ts";
import type { PresenceTexts } from "../../boundary/rooms/presence.ts";
import { PeerCounts } from "./peer-counts.ts";
import type { SessionRef } from "../../boundary/refs.ts";

/** The number under which the cluster follows the directory, as the host of all sessions elsewhere. No slot has it. */
export const CLUSTER_HOST = 0;

/** To the hosts of this node they are sessions of another host: each has a number here, which other nodes do not know. */
export class PeerSessions {
  /** By the numbers that they have here, and by their public ids. Only the methods below change them. */
  readonly refs: ReadonlyMap<SessionRef, PeerSession>;
  readonly ids: ReadonlyMap<string, PeerSession>;
  /** How many members each room and route has, by node. */
  readonly rooms: ReadonlyMap<string, NodeCounts>;
  readonly routes: ReadonlyMap<string, NodeCounts>;
  /** Of nodes that announce numbers only. They are in `rooms` and `routes`, too. */
  readonly counts = new PeerCounts((...change) => this.#counted(...change));
  readonly #ports: PeerSessionsPorts;
  readonly #refs = new Map<SessionRef, PeerSession>();
  readonly #ids = new Map<string, PeerSession>();
  readonly #nodes = new Map<string, Set<PeerSession>>();
  readonly #rooms = new Map<string, NodeCounts>();
  readonly #routes = new Map<string, NodeCounts>();

  constructor(ports: PeerSessionsPorts) {
    this.#ports = ports;
    [this.refs, this.ids] = [this.#refs, this.#ids];
    [this.rooms, this.routes] = [this.#rooms, this.#routes];
  }

  // A new node has thousands of them: written for that.
  add(node: string, record: Omit<DirectoryRecord, "ref">): void {
    const { id, route, path, address, state, rooms } = record;
    if (this.#ids.has(id)) this.remove(id);
    const { front } = this.#ports;
    const ref = front.nextRef();
    const session: PeerSession = { ref, id, route, path, address, state, rooms: withoutDoubles(rooms), node };
    this.#refs.set(ref, session);
    this.#ids.set(id, session);
    setIn(this.#nodes, node).add(session);
    this.#count(this.#routes, route, node, 1);
    for (const room of session.rooms) this.#count(this.#rooms, room, node, 1);
    if (record.isAway === true) session.isAway = true;
    if (record.presence !== undefined) this.#show(session, record.presence);
    if (front.directory.hasFollowers)
      front.directory.publishPeer({
        kind: "added",
        record: recordOfPeer(session, front.directory.presences),
      });
  }

  /** Whether a session of this id may be of this node: it is not another node's, nor one of this server. */
  mayBeOf(node: string, id: string): boolean {
    const known = this.#ids.get(id);
    if (known !== undefined) return known.node === node;
    return this.#ports.front.directory.sessionById(id) === undefined;
  }

  /** `isAway`: whether it has lost its connection and waits for its client. */
  setState(id: string, state: SessionState, isAway = false): void {
    const session = this.#ids.get(id);
    if (session === undefined) return;
    if ((session.isAway ?? false) !== isAway) this.#setAway(session, isAway);
    if (session.state === state) return;
    session.state = state;
    this.#ports.front.directory.publishPeer({ kind: "state", ref: session.ref, state });
  }

  /** `presence`: what the session shows in the room. */
  join(id: string, room: string, presence?: string): void {
    const session = this.#ids.get(id);
    if (session === undefined) return;
    const isIn = session.rooms.includes(room);
    if (isIn && presence === undefined) return;
    if (presence !== undefined) this.#show(session, [[room, presence]]);
    if (!isIn) {
      session.rooms = [...session.rooms, room];
      this.#count(this.#rooms, room, session.node, 1);
    }
    const shown = presence === undefined ? {} : { presence };
    this.#ports.front.directory.publishPeer({ kind: "joined", ref: session.ref, room, ...shown });
  }

  #show({ id, isAway = false }: PeerSession, texts: PresenceTexts): void {
    const { presences } = this.#ports.front.directory;
    for (const [room, text] of texts) presences.set(room, id, { text, isAway });
  }

  #setAway(session: PeerSession, isAway: boolean): void {
    const { directory } = this.#ports.front;
    session.isAway = isAway;
    directory.presences.setAway(session.id, session.rooms, isAway);
    directory.publishPeer({ kind: "away", ref: session.ref, isAway });
  }

  leave(id: string, room: string): void {
    const session = this.#ids.get(id);
    if (session?.rooms.includes(room) !== true) return;
    session.rooms = session.rooms.filter((name) => name !== room);
    this.#count(this.#rooms, room, session.node, -1);
    this.#ports.front.directory.presences.remove(room, id);
    this.#ports.front.directory.publishPeer({ kind: "left", ref: session.ref, room });
  }

  remove(id: string): void {
    const session = this.#ids.get(id);
    if (session === undefined) return;
    for (const room of session.rooms) this.leave(id, room);
    this.#count(this.#routes, session.route, session.node, -1);
    this.#refs.delete(session.ref);
    this.#ids.delete(id);
    this.#nodes.get(session.node)?.delete(session);
    this.#ports.front.directory.publishPeer({ kind: "removed", ref: session.ref });
  }

  /** The node's sessions are these: only what differs changes. */
  replaceNode(node: string, entries: readonly PeerEntry[]): void {
    const counts = new Map<string, number>();
    for (const entry of entries) if ("count" in entry) counts.set(entry.id, entry.count);
    this.counts.replace(node, counts);
    if ((this.#nodes.get(node)?.size ?? 0) > 0) this.#removeAllBut(node, entries);
    for (const entry of entries) {
      if ("count" in entry) continue;
      const known = this.#ids.get(entry.id);
      if (known?.node === node) this.#update(known, entry);
      else this.add(node, entry);
    }
  }

  #removeAllBut(node: string, entries: readonly PeerEntry[]): void {
    const ids = new Set(entries.map(({ id }) => id));
    for (const { id } of [...this.#nodes.get(node)!]) if (!ids.has(id)) this.remove(id);
  }

  /** The node has left, with all its sessions. */
  removeNode(node: string): void {
    for (const { id } of [...(this.#nodes.get(node) ?? [])]) this.remove(id);
    this.#nodes.delete(node);
    this.counts.removeNode(node);
  }

  #counted(node: string, channel: string, by: number): void {
    const [isRoom, name] = [channel.startsWith("r:"), channel.slice(2)];
    this.#count(isRoom ? this.#rooms : this.#routes, name, node, by);
    const members = isRoom ? (this.counts.totals.get(channel) ?? 0) : by;
    this.#ports.front.directory.publishPeer({ kind: "counted", room: isRoom ? name : null, members });
  }

  #update(known: PeerSession, { id, state, isAway, ...record }: Omit<DirectoryRecord, "ref">): void {
    this.setState(id, state, isAway);
    const names = new Set(record.rooms);
    const texts = new Map(record.presence);
    const shown = new Map(this.#ports.front.directory.presences.textsOf(id, names));
    for (const room of known.rooms) if (!names.has(room)) this.leave(id, room);
    for (const room of names) {
      const text = texts.get(room);
      // It has left and joined again meanwhile.
      if (text === undefined && shown.has(room)) this.leave(id, room);
      this.join(id, room, text === shown.get(room) ? undefined : text);
    }
  }

  #count(counts: Map<string, NodeCounts>, name: string, node: string, by: number): void {
    const nodes = counts.get(name) ?? new Map<string, number>();
    const count = (nodes.get(node) ?? 0) + by;
    if (count > 0) nodes.set(node, count);
    else nodes.delete(node);
    if (nodes.size > 0) counts.set(name, nodes);
    else counts.delete(name);
    const { listeners } = this.#ports;
    const kind = counts === this.#rooms ? "room" : "route";
    if (count > 0 && count === by) listeners.onReach(kind, name, node);
    else if (count <= 0) listeners.onUnreach(kind, name, node);
  }
}

/** A session of another node, or a number of them by their channel. */
export type PeerEntry = Omit<DirectoryRecord, "ref"> | { readonly id: string; readonly count: number };

/** A session of another node. */
export interface PeerSession extends DirectoryRecord {
  readonly node: string;
  state: SessionState;
  rooms: readonly string[];
  isAway?: boolean;
}

export interface PeerSessionsPorts {
  readonly front: {
    nextRef(): SessionRef;
    readonly directory: {
      readonly hasFollowers: boolean;
      readonly presences: Presences;
      sessionById(id: string): unknown;
      publishPeer(change: DirectoryChange): void;
    };
  };
  readonly listeners: {
    /** A node has its first member of a room or route: it listens to what is sent to it. */
    onReach(kind: "room" | "route", name: string, node: string): void;
    /** It has no member of it any more. */
    onUnreach(kind: "room" | "route", name: string, node: string): void;
  };
}

export type NodeCounts = Map<string, number>;

/** The record of a session, as hosts get it. */
export function recordOfPeer(session: PeerSession, presences: Presences): DirectoryRecord {
  const { ref, id, route, path, address, state, rooms, isAway } = session;
  const presence = presences.textsOf(id, rooms);
  const shown = { ...(presence.length > 0 && { presence }), ...(isAway === true && { isAway }) };
  return { ref, id, route, path, address, state, rooms, ...shown, isElsewhere: true };
}

function withoutDoubles(rooms: readonly string[]): readonly string[] {
  return rooms.length < 2 ? rooms : [...new Set(rooms)];
}

function setIn<T>(sets: Map<string, Set<T>>, key: string): Set<T> {
  const set = sets.get(key) ?? new Set<T>();
  sets.set(key, set);
  return set;
}
