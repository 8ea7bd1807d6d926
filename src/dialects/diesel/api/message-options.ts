// Dialect: the options of a message, as a script passes them to a sending call.
import { isRecord } from "../../../boundary/checks.ts";
import {
  LONGEST_KEY,
  SLOW_POLICIES,
  type MessageOptions,
  type SlowPolicy,
} from "../../../boundary/flow/slow-policy.ts";
import { describePayload } from "../../../boundary/payload.ts";
import { nearest } from "../../../boundary/text/nearest.ts";

/**
 * Returns the options, or undefined when there are none. The published calls ignore further arguments, and so is anything
 * but an object here: `messages.forEach(session.send)` passes an index.
 *
 * @throws TypeError or RangeError for an option that does not exist, or is wrong.
 */
export function messageOptions(call: string, value: unknown): MessageOptions | undefined {
  if (!isRecord(value)) return undefined;
  for (const name of Object.keys(value))
    if (name !== "key" && name !== "slow") throw unknownOption(call, name);
  const { key, slow } = value;
  if (key === undefined && slow === undefined) return undefined;
  return {
    key: key === undefined ? null : keyOf(call, key),
    slow: slow === undefined ? null : slowOf(call, slow),
  };
}

function keyOf(call: string, key: unknown): string {
  if (typeof key !== "string")
    throw new TypeError(`${call} takes a string as key, got ${describePayload(key)}`);
  if (key !== "" && key.length <= LONGEST_KEY) return key;
  throw new RangeError(`${call} takes a key of 1 to ${LONGEST_KEY} characters, got ${key.length}`);
}

function slowOf(call: string, slow: unknown): SlowPolicy {
  const known = SLOW_POLICIES.find((policy) => policy === slow);
  if (known !== undefined) return known;
  const choices = SLOW_POLICIES.map((policy) => `"${policy}"`).join(", ");
  const got = typeof slow === "string" ? JSON.stringify(slow.slice(0, 40)) : describePayload(slow);
  throw new RangeError(`${call} takes one of ${choices} as slow, got ${got}`);
}

function unknownOption(call: string, name: string): TypeError {
  const short = name.slice(0, 40);
  const meant = nearest(short, ["key", "slow"]);
  const hint = meant === null ? "there are key and slow" : `did you mean "${meant}"?`;
  return new TypeError(`${call} has no option ${JSON.stringify(short)}; ${hint}`);
}
