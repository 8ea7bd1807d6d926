// Dialect: text as the bytes of its UTF-8, in a string whose characters are bytes, and back.

/** The UTF-8 of a text, one character a byte. A lone surrogate becomes U+FFFD. */
export function toBytes(text: string): string {
  if (ASCII.test(text)) return text;
  let bytes = "";
  for (const character of text) bytes += encoded(character.codePointAt(0) ?? 0);
  return bytes;
}

/** The text whose UTF-8 these bytes are; U+FFFD stands for bytes that are not UTF-8. */
export function toText(bytes: string): string {
  if (ASCII.test(bytes)) return bytes;
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const { code, length } = decoded(bytes, at);
    text += String.fromCodePoint(code);
    at += length;
  }
  return text;
}

/** Bytes as a string whose characters are these bytes. */
export function fromArray(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}

/** The bytes that the characters of a string are. */
export function toArray(bytes: string): Uint8Array {
  const array = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) array[at] = bytes.charCodeAt(at);
  return array;
}

/** Lower case of the letters A to Z, as all names of Ring are compared. */
export function lowerAscii(text: string): string {
  return UPPER.test(text) ? text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}

const ASCII = /^[\0-\x7f]*$/;
const UPPER = /[A-Z]/;
/** As many arguments as a call may have anywhere. */
const CHUNK = 4096;
const REPLACEMENT = 0xfffd;

// A surrogate without its other half stands for nothing.
function encoded(code: number): string {
  if (code >= 0xd800 && code < 0xe000) return encoded(REPLACEMENT);
  if (code < 0x80) return String.fromCharCode(code);
  const last = 0x80 | (code & 63);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), last);
  const third = 0x80 | ((code >> 6) & 63);
  if (code < 0x10000) return String.fromCharCode(0xe0 | (code >> 12), third, last);
  return String.fromCharCode(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), third, last);
}

interface Decoded {
  readonly code: number;
  /** How many bytes it takes. */
  readonly length: number;
}

// The longest start of a character that is cut off counts as one U+FFFD, as decoders of the web count.
function decoded(bytes: string, at: number): Decoded {
  const first = bytes.charCodeAt(at);
  if (first < 0x80) return { code: first, length: 1 };
  const size = sizeOf(first);
  if (size === 0) return { code: REPLACEMENT, length: 1 };
  let code = first & (0x7f >> size);
  for (let index = 1; index < size; index++) {
    const next = bytes.charCodeAt(at + index);
    if (!continues(next, first, index)) return { code: REPLACEMENT, length: index };
    code = (code << 6) | (next & 63);
  }
  return { code, length: size };
}

function sizeOf(first: number): number {
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

// The second byte must not make an overlong form, a surrogate, or more than U+10FFFF. After the end it is NaN.
function continues(next: number, first: number, index: number): boolean {
  if (!(next >= 0x80 && next < 0xc0)) return false;
  if (index > 1) return true;
  if (first === 0xe0) return next >= 0xa0;
  if (first === 0xed) return next < 0xa0;
  if (first === 0xf0) return next >= 0x90;
  return first !== 0xf4 || next < 0x90;
}
