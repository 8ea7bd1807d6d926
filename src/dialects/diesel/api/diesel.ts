import type { ScriptContext } from "../../../host/api/dialect.ts";
import { base64ToString, stringToBase64 } from "./base64-text.ts";
import type { Lifetime } from "../lifetime.ts";
import { Results } from "./results.ts";
import { WebSocketService } from "./web-socket-service.ts";

/**
 * The global `diesel`. Each instance of a script has its own, so that one that has ended can be told apart; there is one
 * per connection, hence no function per object: the accessors hand one out, which also works when taken off the object.
 */
export class Diesel {
  readonly #script: ScriptContext;
  readonly #life: Lifetime;
  #service: WebSocketService | null = null;

  constructor(script: ScriptContext, life: Lifetime) {
    this.#script = script;
    this.#life = life;
  }

  get getWebSocketService(): () => WebSocketService {
    return () => (this.#service ??= new WebSocketService(this.#script, this.#life));
  }

  get randomUUID(): () => string {
    return () => this.#script.randomUUID();
  }

  get stringToBase64(): (text: unknown) => string {
    return stringToBase64;
  }

  get base64ToString(): (base64: unknown) => string {
    return base64ToString;
  }
}

/** The names that a script finds without an import. Published: WebSocket scripts have no `Results`, all others do. */
export function dieselNames(script: ScriptContext, life: Lifetime): Readonly<Record<string, unknown>> {
  const diesel = new Diesel(script, life);
  return script.info.kind === "ws" ? { diesel } : { diesel, Results };
}
