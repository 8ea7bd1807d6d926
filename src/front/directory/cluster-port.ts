// Front: the rest of the cluster, as the hub and the directory use it.
import type { ClusterRecord } from "../../boundary/directory-record.ts";
import type { MessageOptions } from "../../boundary/flow/slow-policy.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { PeerSession, PeerSessions } from "./peer-sessions.ts";

/** A server without a cluster has none. */
export interface ClusterPort {
  /** The sessions of other nodes. */
  readonly peers: PeerSessions;
  /** To one session of another node. */
  send(session: PeerSession, data: Payload, options?: MessageOptions): void;
  /** To the members that a room has on other nodes but the one of this public id; empty: to all. */
  broadcast(room: string, data: Payload, except: string, options?: MessageOptions): void;
  /** To the sessions that a route has on other nodes but the one of this public id; empty: to all. */
  publish(route: string, data: Payload, except: string, options?: MessageOptions): void;
  /** Closes a session of another node. */
  close(session: PeerSession, code: number, reason: string): void;
  /** Puts a session of another node into a room, or takes it out. */
  move(session: PeerSession, what: "join" | "leave", room: string): void;
  readonly status: ClusterRecord;
  /** Something of this node's sessions has changed. */
  wake(): void;
}
