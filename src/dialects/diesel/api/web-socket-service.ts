import type { ScriptContext } from "../../../host/api/dialect.ts";
import { stringFor } from "../checks.ts";
import type { Lifetime } from "../lifetime.ts";
import { WebSocketServiceRoom } from "./web-socket-service-room.ts";
import { WebSocketSessionInfo } from "./web-socket-session-info.ts";

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

  listRooms(): string[] {
    return this.#script.directory.roomNames();
  }

  roomExists(roomName: unknown): boolean {
    const name = stringFor("WebSocketService.roomExists", "roomName", roomName);
    return this.#script.directory.memberCount(name) > 0;
  }

  getSession(sessionId: unknown): WebSocketSessionInfo | null {
    const id = stringFor("WebSocketService.getSession", "sessionId", sessionId);
    const entry = this.#script.directory.sessionById(id);
    if (entry === null || entry.state === "connecting") return null;
    return new WebSocketSessionInfo(this.#script, this.#life, id);
  }

  getActiveSessionIds(): string[] {
    return this.#script.directory.sessions().map((entry) => entry.id);
  }

  getActiveSessionCount(): number {
    return this.#script.directory.sessionCount();
  }
}
