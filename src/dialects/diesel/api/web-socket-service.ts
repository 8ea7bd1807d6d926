// Dialect: the published access to rooms and sessions from any script.
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { ClusterRecord } from "../../../boundary/directory-record.ts";
import { stringFor } from "../../../boundary/checks.ts";
import type { Lifetime } from "../state/lifetime.ts";
import { WebSocketServiceRoom } from "./web-socket-service-room.ts";
import { WebSocketSessionInfo } from "./web-socket-session-info.ts";

/** What `cluster()` returns. */
export interface ClusterStatus extends Omit<ClusterRecord, "knownAt"> {
  /** For how long nothing has been known of the other nodes, ms; 0 while the node is up, or alone. */
  readonly staleMs: number;
}

/** Published: "server-side access to rooms and sessions" from any script. */
export class WebSocketService {
  readonly #script: ScriptContext;
  readonly #life: Lifetime;

  constructor(script: ScriptContext, life: Lifetime) {
    this.#script = script;
    this.#life = life;
  }

  /** Published: "Always returns a proxy — operations on non-existent rooms are safe no-ops". */
  room(roomName: unknown): WebSocketServiceRoom {
    const name = stringFor("WebSocketService.room", "roomName", roomName);
    return new WebSocketServiceRoom(this.#script, this.#life, name);
  }

  /** The names of all rooms that have members. */
  listRooms(): string[] {
    return this.#script.directory.roomNames();
  }

  /** Whether the room has at least one member. */
  roomExists(roomName: unknown): boolean {
    const name = stringFor("WebSocketService.roomExists", "roomName", roomName);
    return this.#script.directory.memberCount(name) > 0;
  }

  /** Parlor adds: the cluster that the server is in, as this node knows it now. */
  cluster(): ClusterStatus {
    const { state, nodes, knownAt, dropped } = this.#script.directory.cluster();
    const staleMs = knownAt === null ? 0 : Math.max(0, this.#script.platform.clock.now() - knownAt);
    return { state, nodes, staleMs, dropped: { ...dropped } };
  }

  /** A session of any route by its id; `null` if it is not connected. With `directory: "counts"`, of this node only. */
  getSession(sessionId: unknown): WebSocketSessionInfo | null {
    const id = stringFor("WebSocketService.getSession", "sessionId", sessionId);
    const entry = this.#script.directory.sessionById(id);
    if (entry === null || entry.state === "connecting") return null;
    return new WebSocketSessionInfo(this.#script, this.#life, id);
  }

  /** The ids of all sessions, of all routes. With `directory: "counts"`, of this node only. */
  getActiveSessionIds(): string[] {
    return this.#script.directory.sessions().map((entry) => entry.id);
  }

  /** The number of all sessions, of all routes. */
  getActiveSessionCount(): number {
    return this.#script.directory.sessionCount();
  }
}
