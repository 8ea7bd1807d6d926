// Front: which limit a refused request has exceeded.
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { LimitName } from "../limits/limit-counts.ts";

/** Null for a refusal that is not for a limit. */
export function exceeded({ status, text }: HttpRefusal): LimitName | null {
  return status === REFUSALS.BODY_TOO_LONG.status ? "bodyLimit" : (LIMITS.get(text) ?? null);
}

/** The same for bytes that Node could not read as a request, by the code of its error. */
export function exceededBy({ code = "" }: Error & { readonly code?: string }): LimitName | null {
  return ERRORS.get(code) ?? null;
}

const LIMITS = new Map<string, LimitName>([
  [REFUSALS.REQUESTS_FULL.text, "maxRequests"],
  [REFUSALS.BODIES_FULL.text, "bodyTotal"],
  [REFUSALS.SCRIPT_BUSY.text, "scriptRequests"],
]);

const ERRORS = new Map<string, LimitName>([
  ["HPE_HEADER_OVERFLOW", "maxHeaderSize"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "requestTimeout"],
]);
