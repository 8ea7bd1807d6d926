// Dialect: the options of `room.join`.
import { describe } from "../../../boundary/text/describe.ts";
import { isRecord } from "../../../boundary/checks.ts";
import type { JoinOptions } from "../../../boundary/rooms/join-options.ts";
import type { PresenceEntry } from "../../../boundary/rooms/presence.ts";
import { notPlain } from "../../../boundary/text/plain-data.ts";
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
  const { history = false, presence, key } = value;
  if (typeof history !== "boolean")
    throw new TypeError(`${call} takes true or false as history, got ${describe(history)}`);
  if (presence === undefined && key !== undefined)
    throw new TypeError(`${call} takes a key together with presence; without it there is nothing to show`);
  if (presence === undefined) return history ? { history, presence: null } : undefined;
  return { history, presence: presenceText(call, { ...keyOf(call, key), data: presence }) };
}

const KNOWN: readonly string[] = ["history", "presence", "key"];

function presenceText(call: string, content: Omit<PresenceEntry, "id">): string {
  const wrong = notPlain(content.data, "presence");
  if (wrong === null) return JSON.stringify(content);
  throw new TypeError(`${call} takes plain data as presence; ${wrong.where} is ${wrong.what}`);
}

function keyOf(call: string, key: unknown): { key?: string } {
  if (key === undefined) return {};
  if (typeof key === "string" && key !== "") return { key };
  throw new TypeError(`${call} takes a text that is not empty as key, got ${describe(key)}`);
}

function unknownOption(call: string, name: string): TypeError {
  const short = name.slice(0, 40);
  const meant = nearest(short, KNOWN);
  const hint = meant === null ? `there are: ${KNOWN.join(", ")}` : `did you mean "${meant}"?`;
  return new TypeError(`${call} has no option ${JSON.stringify(short)}; ${hint}`);
}
