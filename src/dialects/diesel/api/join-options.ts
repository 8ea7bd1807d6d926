// Dialect: the options of `room.join`.
import { describe } from "../../../boundary/text/describe.ts";
import { isRecord } from "../../../boundary/checks.ts";
import type { JoinOptions } from "../../../boundary/rooms/join-options.ts";
import { nearest } from "../../../boundary/text/nearest.ts";

/**
 * Returns the options, or undefined when there are none. The published call takes no argument and ignores those it gets;
 * so is anything but an object here.
 *
 * @throws TypeError for an option that does not exist, or is wrong.
 */
export function joinOptions(call: string, value: unknown): JoinOptions | undefined {
  if (!isRecord(value)) return undefined;
  for (const name of Object.keys(value)) if (!KNOWN.includes(name)) throw unknownOption(call, name);
  const { history = false } = value;
  if (typeof history !== "boolean")
    throw new TypeError(`${call} takes true or false as history, got ${describe(history)}`);
  return history ? { history, presence: null } : undefined;
}

const KNOWN: readonly string[] = ["history"];

function unknownOption(call: string, name: string): TypeError {
  const short = name.slice(0, 40);
  const meant = nearest(short, KNOWN);
  const hint = meant === null ? `there are: ${KNOWN.join(", ")}` : `did you mean "${meant}"?`;
  return new TypeError(`${call} has no option ${JSON.stringify(short)}; ${hint}`);
}
