import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import { textFor } from "../checks.ts";

/** The published v2 WebsocketSession: a handle that stays usable in later executions and from other connections. */
export class WebsocketSession {
  readonly #script: ScriptContext;
  readonly #session: HostSession;

  constructor(script: ScriptContext, session: HostSession) {
    this.#script = script;
    this.#session = session;
  }

  /** Throws when the session is closed: published as synchronous, so the caller learns of it. */
  sendText(text: unknown): void {
    const message = textFor("WebsocketSession.sendText", text);
    if (!this.#session.isOpen)
      throw new Error(`WebsocketSession.sendText: session ${this.#session.id} is closed`);
    this.#script.commands.send(this.#session.ref, message);
  }

  /** To a closed session nothing is sent, and nobody is told. */
  sendTextAsync(text: unknown): void {
    const message = textFor("WebsocketSession.sendTextAsync", text);
    if (this.#session.isOpen) this.#script.commands.send(this.#session.ref, message);
  }

  getId(): string {
    return this.#session.id;
  }

  /** Published: it returns a string, which is not said; the session's id here. */
  close(): string {
    this.#script.directory.close(this.#session, 1000, "");
    return this.#session.id;
  }
}
