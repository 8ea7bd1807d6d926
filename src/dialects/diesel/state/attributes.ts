// Dialect: a session's attributes, which outlive a crash of the script.
import { messageOf } from "../../../boundary/checks.ts";
import type { StoredValue } from "../../../boundary/stored-value.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import type { DieselContext } from "./context.ts";

/**
 * Sets an attribute; `null` and `undefined` remove it. The host keeps the live value, so that every read returns the
 * same object. The front gets a clone of this moment, which outlives the script.
 */
export function setAttribute(
  context: DieselContext,
  session: HostSession,
  key: string,
  value: unknown,
): void {
  if (session.state === "closed") return;
  const { directory } = context.script;
  if (value === null || value === undefined) directory.removeAttribute(session, key);
  else directory.setAttribute(session, key, value, storedOf(context, key, value));
}

// A value that cannot be handed over stays in the host, and the front forgets the key's earlier value: after a crash, no
// value is better than an old one.
function storedOf(context: DieselContext, key: string, value: unknown): StoredValue | undefined {
  try {
    return context.script.platform.store(value);
  } catch (error) {
    context.warnOfLoss(key, messageOf(error));
    return undefined;
  }
}
