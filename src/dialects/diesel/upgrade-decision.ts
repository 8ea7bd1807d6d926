// Dialect: the decision that an `onUpgrade` handler returned.
import { isRecord } from "../../boundary/checks.ts";
import type { Headers } from "../../boundary/text/upgrade-answer.ts";
import { describePayload } from "../../boundary/payload.ts";
import { agreedProtocol, upgradeHeaders, type Offer } from "./upgrade-answer.ts";

/** A decision: accept with attributes, a subprotocol and headers, or refuse. */
export type UpgradeDecision =
  | {
      readonly isAccepted: true;
      readonly attributes: Readonly<Record<string, unknown>>;
      /** Left out for the one that `protocols` has chosen; null for none. */
      readonly protocol?: string | null;
      readonly headers: Headers;
    }
  | {
      readonly isAccepted: false;
      readonly status: number;
      readonly reason: string;
      readonly headers: Headers;
    };

const EXPECTED =
  "return nothing or true, false, { status, reason, headers } or { attributes, protocol, headers }";

/** Reads the value that `onUpgrade` returned. Throws for any other value: no client is accepted by accident. */
export function upgradeDecision(value: unknown, offer: Offer): UpgradeDecision {
  if (value === undefined || value === true) return { isAccepted: true, attributes: {}, headers: [] };
  if (value === false) return { isAccepted: false, status: 403, reason: "Forbidden", headers: [] };
  if (!isRecord(value)) throw new TypeError(`onUpgrade returned ${describePayload(value)}; ${EXPECTED}`);
  if (value["status"] !== undefined) return refusal(value);
  if (!MEMBERS.some((name) => value[name] !== undefined)) {
    throw new TypeError(`onUpgrade returned an object without status and attributes; ${EXPECTED}`);
  }
  const { attributes = {}, protocol, headers } = value;
  if (!isRecord(attributes)) {
    throw new TypeError(`onUpgrade returned ${describePayload(attributes)} as attributes; ${EXPECTED}`);
  }
  const accepted = { isAccepted: true, attributes, headers: upgradeHeaders(headers) } as const;
  return protocol === undefined ? accepted : { ...accepted, protocol: agreedProtocol(protocol, offer) };
}

const MEMBERS = ["attributes", "protocol", "headers"];

function refusal({ status, reason, headers, ...others }: Readonly<Record<string, unknown>>): UpgradeDecision {
  for (const name of ["attributes", "protocol"]) {
    if (others[name] === undefined) continue;
    throw new TypeError(`onUpgrade returned status and ${name} together; ${EXPECTED}`);
  }
  if (typeof status !== "number" || !Number.isInteger(status) || status < 400 || status > 599) {
    const got = typeof status === "number" ? String(status) : describePayload(status);
    throw new TypeError(`onUpgrade returned ${got} as status; to refuse, return one from 400 to 599`);
  }
  if (reason !== undefined && typeof reason !== "string") {
    throw new TypeError(`onUpgrade returned ${describePayload(reason)} as reason; return a string`);
  }
  return { isAccepted: false, status, reason: reason ?? "", headers: upgradeHeaders(headers) };
}
