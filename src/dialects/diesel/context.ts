import type { ScriptContext } from "../../host/api/dialect.ts";
import type { HostSession } from "../../host/api/host-session.ts";

/** What all objects that one program hands to its script have in common: one reference each. */
export class DieselContext {
  readonly script: ScriptContext;
  readonly #warned = new Set<string>();

  constructor(script: ScriptContext) {
    this.script = script;
  }

  /** Warns once per subject, however many sessions it concerns. */
  warnOnce(subject: string, text: string): void {
    if (this.#warned.has(subject)) return;
    this.#warned.add(subject);
    this.script.warn(text);
  }
}

/** Whether what is sent to a session now may still reach it. */
export function isSendable(session: Pick<HostSession, "state">): boolean {
  return session.state === "open" || session.state === "connecting";
}
