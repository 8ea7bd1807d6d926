// Dialect: the published room of `onTick`: all sessions of a route.
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import { toPayload } from "../../../boundary/payload.ts";
import { stringFor } from "../../../boundary/checks.ts";
import { messageOptions } from "./message-options.ts";
import { outgoingMessage } from "../messages/outgoing-message.ts";
import type { Lifetime } from "../state/lifetime.ts";
import { WebSocketServiceRoom } from "./web-socket-service-room.ts";
import type { WebSocketSession } from "./web-socket-session.ts";
import { NO_SESSION } from "../../../boundary/refs.ts";

/** Published: "all sessions connected to the route"; they need not join it. Only `onTick` receives it. */
export class RealtimeRoomProxy {
  readonly #script: ScriptContext;
  readonly #life: Lifetime;
  readonly #sessionFor: (session: HostSession) => WebSocketSession;

  /** `sessionFor` returns the session's one object, the same that handlers get. */
  constructor(script: ScriptContext, life: Lifetime, sessionFor: (session: HostSession) => WebSocketSession) {
    this.#script = script;
    this.#life = life;
    this.#sessionFor = sessionFor;
  }

  /** Sends a string or bytes to every session of the route. */
  broadcast(message: unknown, options?: unknown): void {
    const data = toPayload("room.broadcast", message);
    const how = messageOptions("room.broadcast", options);
    if (!this.#life.isEnded) this.#script.commands.publish(this.#script.info.route, data, NO_SESSION, how);
  }

  /** Parlor adds: as `session.emit`, to every session of the route. */
  emit(name: unknown, data?: unknown, options?: unknown): void {
    this.broadcast(outgoingMessage("room.emit", this.#life.messages, name, data), options);
  }

  /** Published with two arguments here and one in a session's room. An id that is not connected excludes no session. */
  broadcastExcept(...args: readonly unknown[]): void {
    if (args.length < 2) {
      throw new TypeError(
        "room.broadcastExcept takes (excludeSessionId, message) in onTick, got one argument",
      );
    }
    const id = stringFor("room.broadcastExcept", "excludeSessionId", args[0]);
    const data = toPayload("room.broadcastExcept", args[1]);
    const how = messageOptions("room.broadcastExcept", args[2]);
    const except = this.#find(id)?.ref ?? NO_SESSION;
    if (!this.#life.isEnded) this.#script.commands.publish(this.#script.info.route, data, except, how);
  }

  /** Published: "true if the session was found and the message was sent". */
  send(sessionId: unknown, message: unknown, options?: unknown): boolean {
    const id = stringFor("room.send", "sessionId", sessionId);
    const data = toPayload("room.send", message);
    const how = messageOptions("room.send", options);
    const session = this.#find(id);
    if (session === null || this.#life.isEnded) return false;
    this.#script.commands.send(session.ref, data, how);
    return true;
  }

  /** A session of the route by its id; `null` if it is not open. */
  getSession(sessionId: unknown): WebSocketSession | null {
    const session = this.#find(stringFor("room.getSession", "sessionId", sessionId));
    return session === null ? null : this.#sessionFor(session);
  }

  /** The ids of the route's open sessions. */
  getSessionIds(): string[] {
    return this.#script.directory.ownSessions(this.#script.info.route).map((session) => session.id);
  }

  /** The number of the route's open sessions. */
  getSessionCount(): number {
    return this.#script.directory.ownSessions(this.#script.info.route).length;
  }

  /** Published: "Same as diesel.getWebSocketService().room(name)". */
  room(roomName: unknown): WebSocketServiceRoom {
    return new WebSocketServiceRoom(this.#script, this.#life, stringFor("room.room", "roomName", roomName));
  }

  /** The route's pattern: `/ws/game`. */
  getRoute(): string {
    return this.#script.info.route;
  }

  #find(id: string): HostSession | null {
    const session = this.#script.directory.ownSessionById(id);
    return session !== null && session.isOpen && session.route === this.#script.info.route ? session : null;
  }
}
