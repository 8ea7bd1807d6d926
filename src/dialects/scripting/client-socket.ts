import type { ClientEvent } from "../../boundary/events.ts";
import { stringFor } from "./checks.ts";
import { bytesFor } from "./data/data.ts";
import { wrongKind } from "./published-class.ts";
import type { ScriptingContext } from "./context.ts";
import type { ClientRef } from "../../boundary/refs.ts";

const CODES: readonly unknown[] = [1000, 1001, 1002, 1003];

/** Published: the script's own `WebSocket`, a client. Its handlers are told values, not events. */
export class ClientSocket {
  readonly #context: ScriptingContext;
  readonly #client: ClientRef;
  readonly #url: string;
  #isClosed = false;
  onopen: unknown = null;
  /** Told a text, or a Data. */
  onmessage: unknown = null;
  /** Told an Error. */
  onerror: unknown = null;
  /** Told the reason, if one was given. */
  onclose: unknown = null;

  constructor(context: ScriptingContext, url: unknown) {
    this.#context = context;
    this.#url = addressFor(url);
    this.#client = context.nextClient();
    context.clients.set(this.#client, (event) => this.#tell(event));
    context.script.commands.connect(context.script.info.name, this.#client, this.#url);
  }

  get url(): string {
    return this.#url;
  }

  /** Published: "enqueues"; before the connection is open, what is sent waits for it. */
  send(data: unknown): void {
    const payload = typeof data === "string" ? data : bytesFor("WebSocket.send", data).slice();
    if (!this.#isClosed) this.#context.script.commands.sendClient(this.#client, payload);
  }

  close(code: unknown = CODES[0], reason: unknown = ""): void {
    if (!CODES.includes(code)) throw wrongKind("WebSocket.close", "1000, 1001, 1002 or 1003 as code", code);
    const text = stringFor("WebSocket.close", "reason", reason);
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#context.script.commands.closeClient(this.#client, Number(code), text);
  }

  // What a handler answers is answered: it may be a promise.
  #tell(event: ClientEvent): unknown {
    switch (event.kind) {
      case "clientOpen":
        return this.#call(this.onopen, []);
      case "clientMessage": {
        const { data } = event;
        const value = typeof data === "string" ? data : this.#context.makeData(data);
        return this.#isClosed ? undefined : this.#call(this.onmessage, [value]);
      }
      case "clientError":
        return this.#call(this.onerror, [new Error(event.message)]);
      case "clientClose":
        this.#isClosed = true;
        this.#context.clients.delete(this.#client);
        return this.#call(this.onclose, event.reason === "" ? [] : [event.reason]);
    }
  }

  #call(handler: unknown, args: readonly unknown[]): unknown {
    return typeof handler === "function" ? Reflect.apply(handler, this, args) : undefined;
  }
}

function addressFor(value: unknown): string {
  const url = stringFor("WebSocket", "url", value);
  if (URL.canParse(url) && /^wss?:$/.test(new URL(url).protocol)) return url;
  throw new TypeError(
    `WebSocket takes an address that begins with ws:// or wss://, got ${JSON.stringify(url)}`,
  );
}
