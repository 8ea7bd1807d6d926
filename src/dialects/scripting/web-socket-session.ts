import type { HostSession } from "../../host/api/host-session.ts";
import { stringFor } from "./checks.ts";
import { bytesFor } from "./data/data.ts";
import type { ScriptingContext } from "./context.ts";

const NORMAL_CLOSURE = 1000;

/** Published: "an active WebSocket connection session". One object per connection, the same in every handler. */
export class WebSocketSession {
  readonly #context: ScriptingContext;
  readonly #session: HostSession;

  constructor(context: ScriptingContext, session: HostSession) {
    this.#context = context;
    this.#session = session;
  }

  writeText(text: unknown): void {
    const data = stringFor("WebSocketSession.writeText", "text", text);
    if (this.#isWritable) this.#context.script.commands.send(this.#session.ref, data);
  }

  writeData(data: unknown): void {
    const bytes = bytesFor("WebSocketSession.writeData", data);
    // A copy: the script may change its Data before the front has it.
    if (this.#isWritable) this.#context.script.commands.send(this.#session.ref, bytes.slice());
  }

  /** Published: afterwards "no further messages will be received or sent"; what was written before arrives. */
  close(): void {
    this.#context.script.directory.close(this.#session, NORMAL_CLOSURE, "");
  }

  // Published by the app's source: what is written to a session that has gone is lost without a word.
  get #isWritable(): boolean {
    const { state } = this.#session;
    return state === "open" || state === "connecting";
  }
}
