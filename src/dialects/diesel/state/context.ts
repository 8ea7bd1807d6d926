// Dialect: what all objects of one Diesel program share.
import { ScriptCalls } from "../messages/script-calls.ts";
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { HostSession } from "../../../host/api/host-session.ts";

/** One per program, so that each of its many objects holds a single reference. */
export class DieselContext {
  readonly script: ScriptContext;
  /** The export `messages` of the instance that serves a session. */
  readonly messagesOf: (session: HostSession) => unknown;
  readonly calls: ScriptCalls;
  readonly #warned = new Set<string>();

  constructor(script: ScriptContext, messagesOf: (session: HostSession) => unknown) {
    this.script = script;
    this.messagesOf = messagesOf;
    this.calls = new ScriptCalls(script);
  }

  /** Warns once per attribute, however many sessions it concerns. */
  warnOfLoss(key: string, why: string): void {
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.script.warn("PARLOR_ATTRIBUTE_LOST", { key: JSON.stringify(key), why });
  }
}

/** Whether a message that is sent to the session now may still reach its client. */
export function isSendable(session: Pick<HostSession, "state">): boolean {
  return session.state === "open" || session.state === "connecting";
}
