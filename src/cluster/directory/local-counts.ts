// Cluster: the number of members that each room and route of this node has: its part with `directory: "counts"`.
import type { DirectoryChange } from "../../boundary/directory-record.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { Directory } from "../../front/directory/directory.ts";
import { CLUSTER_HOST } from "../../front/directory/peer-sessions.ts";
import { roomChannel, routeChannel } from "../backplane/backplane.ts";
import type { PartCount } from "../backplane/part-record.ts";
import { hasMembersHere, type LocalChange, type PartSource } from "./local-sessions.ts";

/** It follows the directory, and announces only the numbers that have changed. */
export class LocalCounts implements PartSource {
  readonly #directory: Directory;
  /** The route of each session: a session that ends says no more than its number. */
  readonly #routes = new Map<SessionRef, string>();
  readonly #changed = new Set<string>();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  snapshot(): PartCount[] {
    this.#routes.clear();
    for (const change of this.#directory.follow(CLUSTER_HOST)) this.#note(change);
    this.#changed.clear();
    const { rooms, routes } = this.#directory;
    const all = [...Array.from(rooms.keys(), roomChannel), ...Array.from(routes.keys(), routeChannel)];
    return all.map((id) => ({ id, count: this.#countOf(id) })).filter(({ count }) => count > 0);
  }

  take(most: number): LocalChange | null {
    for (const change of this.#directory.takeChanges(CLUSTER_HOST)) this.#note(change);
    if (this.#changed.size === 0) return null;
    const change: LocalChange = { ops: [], touched: new Map(), entered: new Set(), left: new Set() };
    for (const channel of this.#changed) {
      if (change.ops.length >= most) break;
      this.#changed.delete(channel);
      const count = this.#countOf(channel);
      change.ops.push(["c", channel, count]);
      change.touched.set(channel, count === 0 ? null : { id: channel, count });
      change[count === 0 ? "left" : "entered"].add(channel);
    }
    return change;
  }

  hasMembers(channel: string): boolean {
    return hasMembersHere(this.#directory, channel);
  }

  #note(change: DirectoryChange): void {
    if (change.kind === "added") {
      const { ref, route, rooms } = change.record;
      this.#routes.set(ref, routeChannel(route));
      this.#changed.add(routeChannel(route));
      for (const room of rooms) this.#changed.add(roomChannel(room));
    } else if (change.kind === "joined" || change.kind === "left")
      this.#changed.add(roomChannel(change.room));
    else if (change.kind === "removed") this.#removed(change.ref);
  }

  #removed(ref: SessionRef): void {
    const route = this.#routes.get(ref);
    if (route !== undefined) this.#changed.add(route);
    this.#routes.delete(ref);
  }

  #countOf(channel: string): number {
    const name = channel.slice(2);
    const { rooms, routes } = this.#directory;
    return (channel.startsWith("r:") ? rooms : routes).get(name)?.members.size ?? 0;
  }
}
