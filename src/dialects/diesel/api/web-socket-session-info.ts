import type { ScriptContext } from "../../../host/api/dialect.ts";
import { toPayload } from "../../../boundary/payload.ts";
import type { Life } from "../lifetime.ts";
import { isSendable } from "../context.ts";

/** Published: "A lightweight, read-only session proxy"; it asks the directory at every call, so it may be kept. */
export class WebSocketSessionInfo {
  readonly #side: ScriptContext;
  readonly #life: Life;
  readonly #id: string;

  constructor(side: ScriptContext, life: Life, id: string) {
    this.#side = side;
    this.#life = life;
    this.#id = id;
  }

  get id(): string {
    return this.#id;
  }

  send(message: unknown): void {
    const data = toPayload("session.send", message);
    const entry = this.#side.directory.sessionById(this.#id);
    if (entry === null || this.#life.isEnded || !isSendable(entry)) return;
    this.#side.commands.send(entry.ref, data);
  }

  isOpen(): boolean {
    return this.#side.directory.sessionById(this.#id)?.state === "open";
  }

  getRequestPath(): string | null {
    return this.#side.directory.sessionById(this.#id)?.path ?? null;
  }

  getRemoteAddr(): string | null {
    return this.#side.directory.sessionById(this.#id)?.address ?? null;
  }
}
