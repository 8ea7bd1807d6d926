// Dialect: the published global `diesel`.
import type { ScriptContext } from "../../../host/api/dialect.ts";
import { base64ToString, stringToBase64 } from "./base64-text.ts";
import type { Lifetime } from "../state/lifetime.ts";
import { WebSocketService } from "./web-socket-service.ts";

/**
 * The global `diesel`. Each instance of a script has its own, because an instance that has ended must have no effect. With
 * one per connection, functions are made by the accessors, not per object; they also work when taken off the object.
 */
export class Diesel {
  readonly #script: ScriptContext;
  readonly #life: Lifetime;
  #service: WebSocketService | null = null;

  constructor(script: ScriptContext, life: Lifetime) {
    this.#script = script;
    this.#life = life;
  }

  /** The service for the rooms and sessions of the whole server. It is the same object at every call. */
  get getWebSocketService(): () => WebSocketService {
    return () => (this.#service ??= new WebSocketService(this.#script, this.#life));
  }

  /** A random UUID (version 4): `"3f2c…"`. */
  get randomUUID(): () => string {
    return () => this.#script.randomUUID();
  }

  /** Encodes a text, as UTF-8, in base64: `diesel.stringToBase64("hé")` is `"aMOp"`. */
  get stringToBase64(): (text: unknown) => string {
    return (text) => stringToBase64(this.#script.platform.encodings, text);
  }

  /** Decodes base64 to the text whose UTF-8 it is. Throws a TypeError for a text that is not base64. */
  get base64ToString(): (base64: unknown) => string {
    return (base64) => base64ToString(this.#script.platform.encodings, base64);
  }
}
