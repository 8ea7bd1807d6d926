// Cluster: the sessions of this node, as its part of the directory is made from them.
import { roomChannel, routeChannel } from "../backplane/backplane.ts";
import { packSession, type PartEntry, type PartOp, type PartRecord } from "../backplane/part-record.ts";
import type { PartChange } from "../backplane/part-store.ts";
import type { DirectoryChange } from "../../boundary/directory-record.ts";
import type { Directory } from "../../front/directory/directory.ts";
import { CLUSTER_HOST } from "../../front/directory/peer-sessions.ts";
import type { SessionRef } from "../../boundary/refs.ts";

/** It follows the directory as a host would that serves the sessions of all other nodes. */
export class LocalSessions implements PartSource {
  readonly #directory: Directory;
  /** The public ids by which other nodes know the sessions, kept until their end has been announced. */
  readonly #ids = new Map<SessionRef, string>();
  #waiting: readonly DirectoryChange[] = [];

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** All sessions as they are now. What `take` returns from now on comes after it. */
  snapshot(): PartRecord[] {
    const changes = this.#directory.follow(CLUSTER_HOST);
    const records = changes.flatMap((change) => (change.kind === "added" ? [change.record] : []));
    this.#waiting = [];
    this.#ids.clear();
    for (const { ref, id } of records) this.#ids.set(ref, id);
    return records.map(({ ref: _ref, ...record }) => record);
  }

  /** Up to `most` changes since the last call, or null if there are none. */
  take(most: number): LocalChange | null {
    if (this.#waiting.length === 0) this.#waiting = this.#directory.takeChanges(CLUSTER_HOST);
    if (this.#waiting.length === 0) return null;
    const changes = this.#waiting.slice(0, most);
    this.#waiting = this.#waiting.slice(most);
    return this.#changeOf(changes);
  }

  /** Whether a room or route has a member here, by its channel. What is for this node itself always has. */
  hasMembers(channel: string): boolean {
    return hasMembersHere(this.#directory, channel);
  }

  #changeOf(changes: readonly DirectoryChange[]): LocalChange {
    const change: LocalChange = { ops: [], touched: new Map(), entered: new Set(), left: new Set() };
    for (const each of changes) this.#note(each, change);
    return change;
  }

  #note(change: DirectoryChange, into: LocalChange): void {
    if (change.kind === "added") {
      const { record } = change;
      this.#ids.set(record.ref, record.id);
      into.ops.push(["+", ...packSession(record)]);
      for (const channel of channelsOf(record)) into.entered.add(channel);
      this.#touch(record.id, into);
      return;
    }
    if (change.kind === "cluster" || change.kind === "counted") return;
    const id = this.#ids.get(change.ref);
    if (id === undefined) return;
    this.#touch(id, into);
    if (change.kind === "state" || change.kind === "away") into.ops.push(this.#stateOf(id, change));
    else if (change.kind === "joined") {
      const { room, presence } = change;
      into.ops.push(presence === undefined ? ["j", id, room] : ["j", id, room, presence]);
      into.entered.add(roomChannel(change.room));
    } else if (change.kind === "left") {
      into.ops.push(["l", id, change.room]);
      into.left.add(roomChannel(change.room));
    } else {
      into.ops.push(["-", id]);
      this.#ids.delete(change.ref);
    }
  }

  // Earlier releases know no step for a session that is away: to them it is its state again.
  #stateOf(id: string, change: Extract<DirectoryChange, { kind: "state" | "away" }>): PartOp {
    const session = this.#directory.sessionById(id);
    const isAway = change.kind === "away" ? change.isAway : session?.inbound.line?.isAway === true;
    const state = change.kind === "state" ? change.state : (session?.state ?? "closed");
    return isAway ? ["s", id, state, 1] : ["s", id, state];
  }

  #touch(id: string, into: LocalChange): void {
    if (into.touched.has(id)) return;
    const session = this.#directory.sessionById(id);
    if (session === undefined) {
      into.touched.set(id, null);
      return;
    }
    const { route, path, address } = session.handshake;
    const rooms = Array.from(session.rooms ?? [], ({ name }) => name);
    const presence = this.#directory.presenceOf(session);
    into.touched.set(id, { id, route, path, address, state: session.state, rooms, ...presence });
  }
}

/** Steps of the own part, and the channels that members have entered and left by them. */
export interface LocalChange extends PartChange {
  readonly ops: PartOp[];
  readonly touched: Map<string, PartEntry | null>;
  readonly entered: Set<string>;
  readonly left: Set<string>;
}

/** What the own part is made from: the sessions of this node, or their numbers. */
export interface PartSource {
  /** All entries as they are now. What `take` returns from now on comes after it. */
  snapshot(): PartEntry[];
  /** Up to `most` changes since the last call, or null if there are none. */
  take(most: number): LocalChange | null;
  /** Whether a room or route has a member here, by its channel. What is for this node itself always has. */
  hasMembers(channel: string): boolean;
}

/** The channels that the messages of an entry come by. */
export function channelsOf(entry: PartEntry | Pick<PartRecord, "route" | "rooms">): string[] {
  if ("count" in entry) return [entry.id];
  return [routeChannel(entry.route), ...entry.rooms.map(roomChannel)];
}

export function hasMembersHere({ rooms, routes }: Directory, channel: string): boolean {
  const name = channel.slice(2);
  if (channel.startsWith("n:")) return true;
  if (channel.startsWith("p:")) return (routes.get(name)?.members.size ?? 0) > 0;
  return rooms.has(name);
}
