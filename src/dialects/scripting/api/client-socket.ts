// Dialect: the published `WebSocket`: an outbound connection of a script.
import { wrongKind } from "../common/checks.ts";
import type { ClientEvent } from "../../../boundary/events.ts";
import { stringFor } from "../../../boundary/checks.ts";
import { bytesFor } from "../data/data.ts";
import type { ScriptingContext } from "../state/context.ts";
import type { WebPlatform } from "../../../host/api/web-platform.ts";
import type { ClientRef } from "../../../boundary/refs.ts";
import { scriptKey } from "../../../boundary/script-key.ts";

/** Published: its handlers get values, not events. */
export class ClientSocket {
  readonly #context: ScriptingContext;
  readonly #client: ClientRef;
  readonly #url: string;
  #isClosed = false;
  onopen: unknown = null;
  /** Called with a string, or a Data. */
  onmessage: unknown = null;
  /** Called with an Error. */
  onerror: unknown = null;
  /** Called with the reason, if the close has one. */
  onclose: unknown = null;

  constructor(context: ScriptingContext, url: unknown) {
    this.#context = context;
    this.#url = addressFor(context.script.platform.web, url);
    if (context.hasExited) throw new Error("WebSocket: the script has ended itself by Script.exit");
    this.#client = context.nextClient();
    context.clients.set(this.#client, this.#deliver);
    const { commands, info } = context.script;
    const once = info.runs === "cluster" ? this.#url : null;
    commands.connect(scriptKey(info), this.#client, { url: this.#url, once });
  }

  get url(): string {
    return this.#url;
  }

  /** Published: "enqueues"; messages wait until the connection is open. */
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

  // Returns the handler's result, which may be a promise.
  readonly #deliver = (event: ClientEvent): unknown => {
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
  };

  #call(handler: unknown, args: readonly unknown[]): unknown {
    return typeof handler === "function" ? Reflect.apply(handler, this, args) : undefined;
  }
}

/** The close codes that a script may send. */
const CODES: readonly unknown[] = [1000, 1001, 1002, 1003];

function addressFor(web: WebPlatform, value: unknown): string {
  const url = stringFor("WebSocket", "url", value);
  if (/^wss?:$/.test(web.parseUrl(url)?.protocol ?? "")) return url;
  throw new TypeError(
    `WebSocket takes an address that starts with ws:// or wss://, got ${JSON.stringify(url)}`,
  );
}
