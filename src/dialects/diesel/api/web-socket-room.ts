// Dialect: a room as one session sees it.
import type { HostSession } from "../../../host/api/host-session.ts";
import type { PresenceEntry } from "../../../boundary/rooms/presence.ts";
import { toPayload } from "../../../boundary/payload.ts";
import { joinOptions } from "./join-options.ts";
import { messageOptions } from "./message-options.ts";
import { outgoingMessage } from "../messages/outgoing-message.ts";
import type { DieselContext } from "../state/context.ts";
import type { SessionRef } from "../../../boundary/refs.ts";
import { NO_SESSION } from "../../../boundary/refs.ts";

/** The result of `session.room(name)`: broadcasts can leave out the session itself. */
export class WebSocketRoom {
  readonly #context: DieselContext;
  readonly #session: HostSession;
  readonly #name: string;

  constructor(context: DieselContext, session: HostSession, name: string) {
    this.#context = context;
    this.#session = session;
    this.#name = name;
  }

  /** Joins the room. Joining twice has no effect; rooms are left when `onClose` returns. Parlor adds: the options. */
  join(options?: unknown): void {
    const { directory } = this.#context.script;
    directory.join(this.#session, this.#name, joinOptions("room.join", options));
  }

  /** Leaves the room; no effect for a session that is not in it. */
  leave(): void {
    this.#context.script.directory.leave(this.#session, this.#name);
  }

  /** Published: "to all members of this room, including the sender". */
  broadcast(message: unknown, options?: unknown): void {
    this.#send("room.broadcast", message, NO_SESSION, options);
  }

  /** Published: "to all room members except the sender". */
  broadcastExcept(message: unknown, options?: unknown): void {
    this.#send("room.broadcastExcept", message, this.#session.ref, options);
  }

  /** Parlor adds: as `session.emit`, to all members of this room. */
  emit(name: unknown, data?: unknown, options?: unknown): void {
    const text = outgoingMessage("room.emit", this.#context.messagesOf(this.#session), name, data);
    this.#send("room.emit", text, NO_SESSION, options);
  }

  /** Parlor adds: as `emit`, to all members except the sender. */
  emitExcept(name: unknown, data?: unknown, options?: unknown): void {
    const text = outgoingMessage("room.emitExcept", this.#context.messagesOf(this.#session), name, data);
    this.#send("room.emitExcept", text, this.#session.ref, options);
  }

  /** Published: a number, not a list. */
  members(): number {
    return this.#context.script.directory.memberCount(this.#name);
  }

  /** Parlor adds: the sessions that have joined the room with presence, on all nodes. */
  presence(): PresenceEntry[] {
    return this.#context.script.directory.presence(this.#name);
  }

  /** The room's name. */
  getName(): string {
    return this.#name;
  }

  // After its close event a session has no effect, whatever of its script still runs.
  #send(call: string, message: unknown, except: SessionRef, options: unknown): void {
    const data = toPayload(call, message);
    const how = messageOptions(call, options);
    if (this.#session.state !== "closed")
      this.#context.script.commands.broadcast(this.#name, data, except, how);
  }
}
