// Dialect: the published session of a v2 client.
import { NORMAL_CLOSURE } from "../../../boundary/errors/close-codes.ts";
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { DirectoryEntry } from "../../../host/api/directory-view.ts";
import { textFor } from "../common/checks.ts";

/** Published: a handle that can be used in later executions and from other connections, here also of other nodes. */
export class WebsocketSession {
  readonly #script: ScriptContext;
  readonly #session: DirectoryEntry;

  constructor(script: ScriptContext, session: DirectoryEntry) {
    this.#script = script;
    this.#session = session;
  }

  /** Sends a text message. Throws if the session is closed: the call is published as synchronous. */
  sendText(text: unknown): void {
    const message = textFor("WebsocketSession.sendText", text);
    if (!this.#isOpen) throw new Error(`WebsocketSession.sendText: session ${this.#session.id} is closed`);
    this.#script.commands.send(this.#session.ref, message);
  }

  /** The same, but without an error for a closed session. */
  sendTextAsync(text: unknown): void {
    const message = textFor("WebsocketSession.sendTextAsync", text);
    if (this.#isOpen) this.#script.commands.send(this.#session.ref, message);
  }

  getId(): string {
    return this.#session.id;
  }

  /** Closes the session. Published: it returns a string, without saying which; here the session's id. */
  close(): string {
    const { directory, commands } = this.#script;
    const own = directory.own(this.#session.ref);
    if (own !== undefined) directory.close(own, NORMAL_CLOSURE, "");
    else if (this.#isOpen) commands.close(this.#session.ref, NORMAL_CLOSURE, "");
    return this.#session.id;
  }

  get #isOpen(): boolean {
    return this.#session.state === "open";
  }
}
