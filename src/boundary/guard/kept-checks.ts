// Boundary: the checks of what a session keeps. The host makes them before it commits, the front for forged commits.
import type { StoredValue } from "../stored-value.ts";
import { isWithinBytes, utf8Length } from "../text/utf8.ts";
import type { SessionLimits } from "../turn/session-limits.ts";
import { valueSize } from "../turn/value-size.ts";

/** Why a session that is in this number of rooms may not join one of this name; null when it may. */
export function joinProblem(
  { rooms, roomName }: SessionLimits,
  name: string,
  joined: number,
): "rooms" | "roomName" | null {
  if (joined >= rooms) return "rooms";
  return isWithinBytes(name, roomName) ? null : "roomName";
}

/** Why a session may not have an attribute of this name, with which it has `count` attributes of `bytes` bytes; null when it may. */
export function attributeProblem(
  limits: SessionLimits,
  name: string,
  count: number,
  bytes: number,
): "attributes" | "attributeName" | "attributeBytes" | null {
  if (count > limits.attributes) return "attributes";
  if (bytes > limits.attributeBytes) return "attributeBytes";
  return isWithinBytes(name, limits.attributeName) ? null : "attributeName";
}

/** What an attribute counts for when it is set. */
export function attributeSize(name: string, value: StoredValue | undefined): number {
  return name.length + storedSize(value);
}

function storedSize(value: StoredValue | undefined): number {
  if (typeof value === "string") return utf8Length(value);
  return typeof value === "object" ? value.bytes.byteLength : valueSize(value);
}
