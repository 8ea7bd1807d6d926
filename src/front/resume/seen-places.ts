// Front: what a client of `parlor.v1` says it saw last in each room, as its handshake carries it.
import { isRecord } from "../../boundary/checks.ts";
import type { SeenPlace } from "../../boundary/rooms/seen-place.ts";

/** Reads percent-encoded JSON: for each room its epoch and an offset. Null for anything else: then nothing is known. */
export function seenPlaces(text: string | null): Map<string, SeenPlace> | null {
  if (text === null || text.length > LONGEST) return null;
  try {
    const value: unknown = JSON.parse(decodeURIComponent(text));
    if (!isRecord(value)) return null;
    const places: (readonly [string, unknown])[] = Object.entries(value);
    return places.every(isPlace) ? new Map(places) : null;
  } catch {
    return null;
  }
}

function isPlace(entry: readonly [string, unknown]): entry is readonly [string, SeenPlace] {
  const place = entry[1];
  if (!Array.isArray(place) || place.length !== 2) return false;
  return typeof place[0] === "string" && Number.isSafeInteger(place[1]) && place[1] >= 0;
}

/** Characters of the entry: a client names the rooms that it has heard of last. */
const LONGEST = 4096;
