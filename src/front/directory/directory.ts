// Front: the directory: all sessions and rooms, and what each host that follows them has not got yet.
import { plainPath } from "../../boundary/text/path.ts";
import { handshakeBytes, Room, type Session } from "./session.ts";
import { RouteTraffic } from "../flow/route-traffic.ts";
import type { ClusterPort } from "./cluster-port.ts";
import { noteDeparture } from "./departed.ts";
import { Presences } from "./presences.ts";
import { CLUSTER_HOST, recordOfPeer, type PeerSession } from "./peer-sessions.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import { SINGLE } from "../../boundary/directory-record.ts";
import type {
  ClusterRecord,
  SessionState,
  DirectoryRecord,
  DirectoryChange,
  Snapshot,
} from "../../boundary/directory-record.ts";

/** A host follows it from its first read beyond its own sessions. A host that does not follow receives nothing. */
export class Directory {
  /** All sessions. Only the methods below change it. */
  readonly sessions: ReadonlyMap<SessionRef, Session>;
  /** Who is present in rooms, on all nodes. */
  readonly presences = new Presences();
  readonly #sessions = new Map<SessionRef, Session>();
  readonly #ids = new Map<string, Session>();
  readonly #rooms = new Map<string, Room>();
  readonly #routes = new Map<string, Room>();
  readonly #feeds = new Map<number, Feed>();
  /** Slots whose own sessions are watched, each with the sessions that have changed. */
  readonly #watched = new Map<number, Set<SessionRef>>();
  readonly #onChanges: (host: number) => void;
  readonly #onEmpty: (() => void)[] = [];
  #cluster: ClusterPort | null = null;

  /** `onChanges` is called when a follower's feed is no longer empty. */
  constructor(onChanges: (host: number) => void) {
    this.#onChanges = onChanges;
    this.sessions = this.#sessions;
  }

  /** All rooms that have members, by name. */
  get rooms(): ReadonlyMap<string, Room> {
    return this.#rooms;
  }

  /** Other nodes follow it from now on, and hosts see the sessions of other nodes. */
  joinCluster(cluster: ClusterPort): void {
    this.#cluster = cluster;
  }

  /** Resolves when there are no sessions. */
  async emptied(): Promise<void> {
    if (this.#sessions.size > 0) await new Promise<void>((resolve) => this.#onEmpty.push(resolve));
  }

  /** All sessions of each route that has ever had one, by its pattern. */
  get routes(): ReadonlyMap<string, Room> {
    return this.#routes;
  }

  /** The cluster that the directory is in; without one, that of a single node. */
  get cluster(): ClusterRecord {
    return this.#cluster?.status ?? SINGLE;
  }

  get size(): number {
    return this.#sessions.size;
  }

  sessionById(id: string): Session | undefined {
    return this.#ids.get(id);
  }

  /** A session of another node, by its number here. */
  peer(ref: SessionRef): PeerSession | undefined {
    return this.#cluster?.peers.refs.get(ref);
  }

  /** Whether other nodes have sessions of a route. */
  isElsewhere(route: string): boolean {
    return this.#cluster?.peers.routes.has(route) === true;
  }

  /** Whether another node of the cluster serves the session of this id. */
  hasPeer(id: string): boolean {
    return this.#cluster?.peers.ids.has(id) === true;
  }

  /** All sessions of a route; made at the first call. */
  route(pattern: string): Room {
    let route = this.#routes.get(pattern);
    if (route === undefined) this.#routes.set(pattern, (route = new Room(pattern, new RouteTraffic())));
    return route;
  }

  add(session: Session): void {
    this.#sessions.set(session.ref, session);
    this.#ids.set(session.handshake.id, session);
    session.route.members.add(session);
    session.route.handshakeBytes += handshakeBytes(session.handshake);
    if (this.#feeds.size > 0) this.#publish(session, { kind: "added", record: this.#recordOf(session) });
    else this.touch(session);
  }

  /** Another host serves the session from now on. To the previous one it is another's, which it has to know. */
  move(session: Session, host: number): void {
    const previous = session.host;
    noteDeparture(session);
    session.host = host;
    for (const [key, feed] of this.#feeds) {
      if (feed.host !== previous) continue;
      feed.changes.push({ kind: "added", record: this.#recordOf(session) });
      if (feed.changes.length === 1) this.#wake(key);
    }
  }

  setState(session: Session, state: SessionState): void {
    session.state = state;
    this.#publish(session, { kind: "state", ref: session.ref, state });
  }

  /** Removes a session, which must have left its rooms. */
  remove(session: Session): void {
    session.state = "closed";
    session.inbound.end();
    session.route.members.delete(session);
    session.route.handshakeBytes -= handshakeBytes(session.handshake);
    this.#ids.delete(session.handshake.id);
    this.#sessions.delete(session.ref);
    this.#publish(session, { kind: "removed", ref: session.ref });
    if (this.#sessions.size === 0) for (const resolve of this.#onEmpty.splice(0)) resolve();
  }

  /** The room of this name; a new one, which exists from the first `join`, if there is none. */
  roomFor(name: string): Room {
    return this.#rooms.get(name) ?? new Room(name);
  }

  /** `presence`: what the session shows in the room; null for nothing, or for no change if it is a member. */
  join(session: Session, room: Room, presence: string | null = null): void {
    const isNew = !room.members.has(session);
    this.#rooms.set(room.name, room);
    room.members.add(session);
    (session.rooms ??= new Set()).add(room);
    const { ref, handshake, inbound } = session;
    const isAway = inbound.line?.isAway === true;
    if (presence !== null) this.presences.set(room.name, handshake.id, { text: presence, isAway });
    if (isNew) this.presences.noteMember(room.name, session);
    this.#publish(session, { kind: "joined", ref, room: room.name, ...(presence !== null && { presence }) });
  }

  leave(session: Session, room: Room): void {
    session.rooms?.delete(room);
    room.members.delete(session);
    if (room.members.size === 0) this.#rooms.delete(room.name);
    this.presences.remove(room.name, session.handshake.id);
    this.presences.noteMember(room.name, session);
    this.#publish(session, { kind: "left", ref: session.ref, room: room.name });
  }

  /** A session has lost its connection and waits for its client, or has it again. */
  setAway(session: Session, isAway: boolean): void {
    this.presences.setAway(session.handshake.id, namesOf(session.rooms), isAway);
    this.#publish(session, { kind: "away", ref: session.ref, isAway });
  }

  /** What a session shows in its rooms, and whether it waits for its client. */
  presenceOf(session: Session): SessionPresence {
    const texts = this.presences.textsOf(session.handshake.id, namesOf(session.rooms));
    const isAway = session.inbound.line?.isAway === true;
    return { ...(texts.length > 0 && { presence: texts }), ...(isAway && { isAway }) };
  }

  #recordOf(session: Session): DirectoryRecord {
    const { id, route, path, address } = session.handshake;
    const { ref, state } = session;
    const rooms = namesOf(session.rooms);
    const presence = this.presenceOf(session);
    return { ref, id, route, path: plainPath(path), address, state, rooms, ...presence };
  }

  /** A snapshot for a host, which follows from now on. A host that does not serve yet follows under its own key. */
  follow(host: number, key = host): Snapshot {
    this.#feeds.set(key, { host, changes: [] });
    const others: DirectoryChange[] = [];
    for (const session of this.#sessions.values())
      if (session.host !== host) others.push({ kind: "added", record: this.#recordOf(session) });
    if (host === CLUSTER_HOST || this.#cluster === null) return others;
    for (const peer of this.#cluster.peers.refs.values())
      others.push({ kind: "added", record: recordOfPeer(peer, this.presences) });
    for (const [channel, members] of this.#cluster.peers.counts.totals)
      others.push({ kind: "counted", room: channel.startsWith("r:") ? channel.slice(2) : null, members });
    return [...others, { kind: "cluster", cluster: this.#cluster.status }];
  }

  unfollow(key: number): void {
    this.#feeds.delete(key);
  }

  /** The follower under this key is the host from now on: it follows in its place, or nothing does. */
  promote(host: number, key: number): void {
    const feed = this.#feeds.get(key);
    this.#feeds.delete(key);
    if (feed === undefined) this.#feeds.delete(host);
    else this.#feeds.set(host, feed);
  }

  /** Takes the changes that a follower has not got yet; none if the host does not follow. */
  takeChanges(host: number): readonly DirectoryChange[] {
    const feed = this.#feeds.get(host);
    if (feed === undefined || feed.changes.length === 0) return NO_CHANGES;
    const { changes } = feed;
    feed.changes = [];
    return changes;
  }

  /** Whether a host follows the sessions of other nodes. */
  get hasFollowers(): boolean {
    return this.#feeds.size > (this.#feeds.has(CLUSTER_HOST) ? 1 : 0);
  }

  /** The cluster, or a session of another node, has changed. */
  publishPeer(change: DirectoryChange): void {
    this.#toFeeds(CLUSTER_HOST, change);
  }

  /** Collects from now on, in the set that it returns, which of a host's own sessions change. */
  watch(host: number): ReadonlySet<SessionRef> {
    const changed = new Set<SessionRef>();
    this.#watched.set(host, changed);
    return changed;
  }

  unwatch(host: number): void {
    this.#watched.delete(host);
  }

  /** Something of a session has changed that only its own host may know. */
  touch(session: Session): void {
    if (this.#watched.size > 0) this.#watched.get(session.host)?.add(session.ref);
  }

  // A host's own sessions are not echoed to it: it has applied its own commands already.
  #publish(session: Session, change: DirectoryChange): void {
    this.touch(session);
    this.#toFeeds(session.host, change);
  }

  #wake(key: number): void {
    if (key === CLUSTER_HOST) this.#cluster?.wake();
    else this.#onChanges(key);
  }

  #toFeeds(of: number, change: DirectoryChange): void {
    for (const [key, { host, changes }] of this.#feeds) {
      if (host === of) continue;
      changes.push(change);
      if (changes.length === 1) this.#wake(key);
    }
  }
}

/** What of a session has to do with presence. */
export type SessionPresence = Pick<DirectoryRecord, "presence" | "isAway">;

interface Feed {
  readonly host: number;
  changes: DirectoryChange[];
}

const NO_CHANGES: readonly DirectoryChange[] = Object.freeze([]);

function namesOf(rooms: ReadonlySet<Room> | null): string[] {
  return rooms === null ? [] : Array.from(rooms, (room) => room.name);
}
