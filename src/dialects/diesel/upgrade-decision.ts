// Dialect: the decision that an `onUpgrade` handler returned.
import { describePayload } from "../../boundary/payload.ts";
import { isRecord } from "../../boundary/checks.ts";

/** A decision: accept with attributes, or refuse. */
export type UpgradeDecision =
  | { readonly isAccepted: true; readonly attributes: Readonly<Record<string, unknown>> }
  | { readonly isAccepted: false; readonly status: number; readonly reason: string };

const EXPECTED = "return nothing or true, false, { status, reason } or { attributes }";

/** Reads the value that `onUpgrade` returned. Throws for any other value: no client is accepted by accident. */
export function upgradeDecision(value: unknown): UpgradeDecision {
  if (value === undefined || value === true) return { isAccepted: true, attributes: {} };
  if (value === false) return { isAccepted: false, status: 403, reason: "Forbidden" };
  if (!isRecord(value)) throw new TypeError(`onUpgrade returned ${describePayload(value)}; ${EXPECTED}`);
  const { status, reason, attributes } = value;
  if (status !== undefined && attributes !== undefined) {
    throw new TypeError(`onUpgrade returned status and attributes together; ${EXPECTED}`);
  }
  if (status !== undefined) return refusal(status, reason);
  if (isRecord(attributes)) return { isAccepted: true, attributes };
  throw new TypeError(`onUpgrade returned an object without status and attributes; ${EXPECTED}`);
}

function refusal(status: unknown, reason: unknown): UpgradeDecision {
  if (typeof status !== "number" || !Number.isInteger(status) || status < 400 || status > 599) {
    const got = typeof status === "number" ? String(status) : describePayload(status);
    throw new TypeError(`onUpgrade returned ${got} as status; to refuse, return one from 400 to 599`);
  }
  if (reason !== undefined && typeof reason !== "string") {
    throw new TypeError(`onUpgrade returned ${describePayload(reason)} as reason; return a string`);
  }
  return { isAccepted: false, status, reason: reason ?? "" };
}
