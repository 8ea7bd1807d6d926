// Dialect: finds places in a text by bytes of UTF-8.
import { utf8Size } from "../../../../boundary/text/utf8.ts";

/**
 * The place that is `bytes` behind `start`; the bytes that are missing when the text ends before it; null when a
 * character lies across it. A surrogate without its partner counts as U+FFFD.
 */
export function byteEnd(
  text: string,
  start: number,
  bytes: number,
): number | { readonly missing: number } | null {
  let left = bytes;
  let at = start;
  while (left > 0 && at < text.length) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    left -= utf8Size(character);
    at += character.length;
  }
  if (left > 0) return { missing: left };
  return left === 0 ? at : null;
}
