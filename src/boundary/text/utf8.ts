// Boundary: how many bytes a text has in UTF-8, for code that runs without Node's Buffer.

/** The text's length in UTF-8, in bytes. A surrogate without its partner counts as U+FFFD, which replaces it. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += utf8Size(character);
  return bytes;
}

/** Whether the text has at most `most` bytes. A short one is not read for it. */
export function isWithinBytes(text: string, most: number): boolean {
  if (text.length * MOST_BYTES <= most) return true;
  return text.length <= most && utf8Length(text) <= most;
}

/** Of one UTF-16 code unit. */
const MOST_BYTES = 3;

/** The size of one character (a code point) in UTF-8: 1 to 4 bytes. */
export function utf8Size(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x1_0000 ? 3 : 4;
}
