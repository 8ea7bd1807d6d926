// Dialect: the published read-only view of a session.
import type { ScriptContext } from "../../../host/api/dialect.ts";
import { toPayload } from "../../../boundary/payload.ts";
import { messageOptions } from "./message-options.ts";
import { outgoingMessage } from "../messages/outgoing-message.ts";
import type { Lifetime } from "../state/lifetime.ts";
import { isSendable } from "../state/context.ts";

/** Published: "A lightweight, read-only session proxy"; it asks the directory at every call, so it may be kept. */
export class WebSocketSessionInfo {
  readonly #script: ScriptContext;
  readonly #life: Lifetime;
  readonly #id: string;

  constructor(script: ScriptContext, life: Lifetime, id: string) {
    this.#script = script;
    this.#life = life;
    this.#id = id;
  }

  /** The session's id, a UUID. */
  get id(): string {
    return this.#id;
  }

  /** Sends a string or bytes; no effect for a session that has gone. */
  send(message: unknown, options?: unknown): void {
    const data = toPayload("session.send", message);
    const how = messageOptions("session.send", options);
    const entry = this.#script.directory.sessionById(this.#id);
    if (entry === null || this.#life.isEnded || !isSendable(entry)) return;
    this.#script.commands.send(entry.ref, data, how);
  }

  /** Parlor adds: as `session.emit`; no effect for a session that has gone. */
  emit(name: unknown, data?: unknown, options?: unknown): void {
    this.send(outgoingMessage("session.emit", this.#life.messages, name, data), options);
  }

  /** Whether the session is open at this moment. */
  isOpen(): boolean {
    return this.#script.directory.sessionById(this.#id)?.state === "open";
  }

  /** The path that the client asked for; `null` once the session has gone. */
  getRequestPath(): string | null {
    return this.#script.directory.sessionById(this.#id)?.path ?? null;
  }

  /** The client's IP address; `null` once the session has gone. */
  getRemoteAddr(): string | null {
    return this.#script.directory.sessionById(this.#id)?.address ?? null;
  }
}
