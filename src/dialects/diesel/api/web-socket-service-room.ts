// Dialect: a room as the server sees it.
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { PresenceEntry } from "../../../boundary/rooms/presence.ts";
import { toPayload } from "../../../boundary/payload.ts";
import { messageOptions } from "./message-options.ts";
import { outgoingMessage } from "../messages/outgoing-message.ts";
import type { Lifetime } from "../state/lifetime.ts";
import { NO_SESSION } from "../../../boundary/refs.ts";

/** A room as the server sees it. Published: no `join`, `leave` and `broadcastExcept`, which "require a sender session". */
export class WebSocketServiceRoom {
  readonly #script: ScriptContext;
  readonly #life: Lifetime;
  readonly #name: string;

  constructor(script: ScriptContext, life: Lifetime, name: string) {
    this.#script = script;
    this.#life = life;
    this.#name = name;
  }

  /** Sends a string or bytes to all members. */
  broadcast(message: unknown, options?: unknown): void {
    const data = toPayload("room.broadcast", message);
    const how = messageOptions("room.broadcast", options);
    if (!this.#life.isEnded) this.#script.commands.broadcast(this.#name, data, NO_SESSION, how);
  }

  /** Parlor adds: as `session.emit`, to all members. */
  emit(name: unknown, data?: unknown, options?: unknown): void {
    this.broadcast(outgoingMessage("room.emit", this.#life.messages, name, data), options);
  }

  /** The number of members, on all threads. */
  members(): number {
    return this.#script.directory.memberCount(this.#name);
  }

  /** The ids of the members. With `directory: "counts"`, of this node only. */
  getMemberIds(): string[] {
    return this.#script.directory.members(this.#name).map((entry) => entry.id);
  }

  /** Parlor adds: the sessions that have joined the room with presence, on all nodes. */
  presence(): PresenceEntry[] {
    return this.#script.directory.presence(this.#name);
  }

  /** The room's name. */
  getName(): string {
    return this.#name;
  }

  /** Published: "has at least one member". */
  exists(): boolean {
    return this.members() > 0;
  }
}
