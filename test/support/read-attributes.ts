import type { StoredAttributes } from "../../src/front/directory/stored-attributes.ts";
import { StoredValueReader } from "../../src/host/bytes/packed-values.ts";

/** The attributes that the front keeps of a session, as a script will read them after a crash. */
export function readAttributes(session: {
  readonly attributes: StoredAttributes | null;
}): Map<string, unknown> {
  const reader = new StoredValueReader();
  return new Map(Array.from(session.attributes?.values ?? [], ([key, stored]) => [key, reader.read(stored)]));
}
