// Server: counts refused handshakes by reason.
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";

/** The reasons are the names of the table of refusals, in lower case, and `script`. */
export class RefusalCounts {
  readonly byReason: Record<string, number> = {};

  readonly add = (refusal: HttpRefusal): void => {
    const reason = reasonOf(refusal);
    this.byReason[reason] = (this.byReason[reason] ?? 0) + 1;
  };
}

const REASONS = new Map<string, string>(
  Object.entries(REFUSALS).map(([name, { text }]) => [text, name.toLowerCase()]),
);

const [BEFORE_HOST = "", AFTER_HOST = ""] = REFUSALS.HOST_REFUSED.text.split("{host}");

function reasonOf({ text }: HttpRefusal): string {
  const isHost = text.startsWith(BEFORE_HOST) && text.endsWith(AFTER_HOST);
  return REASONS.get(text) ?? (isHost ? "host_refused" : "script");
}
