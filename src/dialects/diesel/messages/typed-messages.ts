// Dialect: brings text of the form { "type": NAME, … } to the handler of that name.
import { isPromiseLike } from "../../../boundary/checks.ts";
import { issuesText, type ValidationResult } from "../../../boundary/contract/standard-schema.ts";
import type { Payload } from "../../../boundary/payload.ts";
import type { Instance, MaybePromise, ScriptContext } from "../../../host/api/dialect.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import { contractOf, handlerOf, schemaOf } from "./contract-exports.ts";
import { readMessage } from "./message-text.ts";

/**
 * Messages whose name has a handler go there, validated if the script has a contract. All others go to `onMessage` and
 * `onBinary`; without these the client gets a typed error. A session stays open whatever it sends.
 */
export class TypedMessages {
  readonly #script: ScriptContext;

  constructor(script: ScriptContext) {
    this.#script = script;
  }

  /** Asynchronous validation makes a message an asynchronous one: the session's next event waits for it. */
  deliver(instance: Instance, to: Addressee, data: Payload): MaybePromise {
    if (typeof data !== "string") return this.#other(instance, to, { data, code: "bytes", of: null });
    const message = readMessage(data);
    if (message === null) return this.#other(instance, to, { data, code: "malformed", of: null });
    const { on, messages } = instance.exports;
    const handler = handlerOf(on, message.name);
    const contract = contractOf(messages);
    const schema = contract === null ? null : schemaOf(contract, "in", message.name);
    const isKnown = handler !== null && (contract === null || schema !== null);
    if (!isKnown) return this.#other(instance, to, { data, code: "unknown", of: message.name });
    if (schema === null) return handler.call(on, to.api, message.data);
    const take = (result: ValidationResult): MaybePromise => {
      if (result.issues === undefined) return handler.call(on, to.api, result.value);
      this.#report(to, { code: "invalid", of: message.name }, issuesText(result.issues));
    };
    const checked = schema["~standard"].validate(message.data);
    return isPromiseLike(checked) ? checked.then(take) : take(checked);
  }

  #other({ exports }: Instance, to: Addressee, { data, code, of }: Unhandled): MaybePromise {
    const handler = exports[typeof data === "string" ? "onMessage" : "onBinary"];
    if (typeof handler === "function")
      return (handler as (session: object, data: Payload) => MaybePromise)(to.api, data);
    this.#report(to, { code, of }, TEXTS[code]);
  }

  #report({ session }: Addressee, { code, of }: Pick<Unhandled, "code" | "of">, text: string): void {
    if (session.state !== "closed") this.#script.commands.report(session.ref, code, text, of);
  }
}

/** A session, and its published object. */
interface Addressee {
  readonly api: object;
  readonly session: HostSession;
}

interface Unhandled {
  readonly data: Payload;
  readonly code: keyof typeof TEXTS;
  readonly of: string | null;
}

/** What a client is sent, by the code of the error; the reasons of a validator replace the first. */
const TEXTS = {
  invalid: "the message is not as the contract says",
  unknown: "this route has no message of this name",
  malformed: 'a message must be JSON of the form { "type": name, ... }',
  bytes: "this route takes text, not bytes",
} as const;
