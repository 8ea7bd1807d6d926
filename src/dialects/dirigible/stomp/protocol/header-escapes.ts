// Dialect: how header names and values are written in the versions of STOMP.
import type { StompVersion } from "./stomp-frame.ts";

/** The text as it stands in a frame. A character that the version cannot write becomes a space. */
export function escapeHeader(text: string, version: StompVersion): string {
  if (version === "1.0") return text.replaceAll(/[\r\n\0]/g, " ");
  const escaped = text.replaceAll(/[\\\n\r:]/g, (character) => ESCAPES[version].get(character) ?? " ");
  return escaped.replaceAll("\0", " ");
}

/** The text that is meant; null for an escape that the version does not know. */
export function unescapeHeader(text: string, version: StompVersion): string | null {
  if (version === "1.0") return text.trim();
  if (!text.includes("\\")) return text;
  let isKnown = true;
  const plain = text.replaceAll(/\\(.?)/gs, (escape) => {
    const character = CHARACTERS[version].get(escape);
    isKnown &&= character !== undefined;
    return character ?? "";
  });
  return isKnown ? plain : null;
}

type EscapingVersion = Exclude<StompVersion, "1.0">;

const IN_1_1: readonly [string, string][] = [
  ["\\", "\\\\"],
  ["\n", "\\n"],
  [":", "\\c"],
];
const IN_1_2: readonly [string, string][] = [...IN_1_1, ["\r", "\\r"]];

const ESCAPES: Readonly<Record<EscapingVersion, ReadonlyMap<string, string>>> = {
  "1.1": new Map(IN_1_1),
  "1.2": new Map(IN_1_2),
};

const CHARACTERS: typeof ESCAPES = { "1.1": swapped(IN_1_1), "1.2": swapped(IN_1_2) };

function swapped(pairs: readonly [string, string][]): Map<string, string> {
  return new Map(pairs.map(([character, escape]) => [escape, character]));
}
