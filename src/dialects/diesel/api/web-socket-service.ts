import type { ScriptContext } from "../../../host/api/dialect.ts";
import { stringFor } from "../checks.ts";
import type { Life } from "../lifetime.ts";
import { WebSocketServiceRoom } from "./web-socket-service-room.ts";
import { WebSocketSessionInfo } from "./web-socket-session-info.ts";

/** Published: "server-side access to rooms and sessions" from any script. */
export class WebSocketService {
  readonly #side: ScriptContext;
  readonly #life: Life;

  constructor(side: ScriptContext, life: Life) {
    this.#side = side;
    this.#life = life;
  }

  /** Published: "Always returns a proxy — operations on non-existent rooms are safe no-ops". */
  room(roomName: unknown): WebSocketServiceRoom {
    const name = stringFor("WebSocketService.room", "roomName", roomName);
    return new WebSocketServiceRoom(this.#side, this.#life, name);
  }

  listRooms(): string[] {
    return this.#side.directory.roomNames();
  }

  roomExists(roomName: unknown): boolean {
    const name = stringFor("WebSocketService.roomExists", "roomName", roomName);
    return this.#side.directory.memberCount(name) > 0;
  }

  getSession(sessionId: unknown): WebSocketSessionInfo | null {
    const id = stringFor("WebSocketService.getSession", "sessionId", sessionId);
    const entry = this.#side.directory.sessionById(id);
    if (entry === null || entry.state === "connecting") return null;
    return new WebSocketSessionInfo(this.#side, this.#life, id);
  }

  getActiveSessionIds(): string[] {
    return this.#side.directory.sessions().map((entry) => entry.id);
  }

  getActiveSessionCount(): number {
    return this.#side.directory.sessionCount();
  }
}
