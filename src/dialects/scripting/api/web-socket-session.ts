// Dialect: the published session of a WebSocket connection.
import { NORMAL_CLOSURE } from "../../../boundary/errors/close-codes.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import { stringFor } from "../../../boundary/checks.ts";
import { bytesFor } from "../data/data.ts";
import type { ScriptingContext } from "../state/context.ts";

/** Published: "an active WebSocket connection session". One object per connection, the same in every handler. */
export class WebSocketSession {
  readonly #context: ScriptingContext;
  readonly #session: HostSession;

  constructor(context: ScriptingContext, session: HostSession) {
    this.#context = context;
    this.#session = session;
  }

  /** Sends a text message. */
  writeText(text: unknown): void {
    const data = stringFor("WebSocketSession.writeText", "text", text);
    if (this.#isWritable) this.#context.script.commands.send(this.#session.ref, data);
  }

  /** Sends a binary message: a Data, or bytes. */
  writeData(data: unknown): void {
    const bytes = bytesFor("WebSocketSession.writeData", data);
    // A copy: the script may change its Data before the front has it.
    if (this.#isWritable) this.#context.script.commands.send(this.#session.ref, bytes.slice());
  }

  /** Published: afterwards "no further messages will be received or sent"; messages written before the call arrive. */
  close(): void {
    this.#context.script.directory.close(this.#session, NORMAL_CLOSURE, "");
  }

  // As in the app's source: a message to a session that has gone is dropped silently.
  get #isWritable(): boolean {
    const { state } = this.#session;
    return state === "open" || state === "connecting";
  }
}
