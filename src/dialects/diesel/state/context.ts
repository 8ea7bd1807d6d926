// Dialect: what all objects of one Diesel program share.
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { HostSession } from "../../../host/api/host-session.ts";

/** One per program, so that each of its many objects holds a single reference. */
export class DieselContext {
  readonly script: ScriptContext;
  readonly #warned = new Set<string>();

  constructor(script: ScriptContext) {
    this.script = script;
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
