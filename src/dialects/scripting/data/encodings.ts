// Dialect: the published text encodings.
import type { TextEncodings } from "../../../host/api/platform.ts";
import { stringFor } from "../../../boundary/checks.ts";
import { nearest } from "../../../boundary/text/nearest.ts";

/** The platform's name of a published encoding. Throws a TypeError for one that is unknown or unsupported. */
export function encodingFor(call: string, value: unknown, encodings: TextEncodings): string {
  const name = stringFor(call, "encoding", value ?? "utf-8");
  const known = Object.hasOwn(ENCODINGS, name) ? ENCODINGS[name] : undefined;
  if (known === undefined)
    throw new TypeError(`${call} does not know the encoding "${name}"; ${remedy(name, encodings)}`);
  if (known === null || !isSupported(known, encodings))
    throw new TypeError(`${call} does not support the encoding "${name}": Parlor has no table of it`);
  return known;
}

function remedy(name: string, encodings: TextEncodings): string {
  const supported = Object.entries(ENCODINGS).flatMap(([published, known]) =>
    known !== null && isSupported(known, encodings) ? [published] : [],
  );
  const meant = nearest(name, supported);
  return `${meant === null ? "" : `did you mean "${meant}"? `}it takes ${supported.join(", ")}`;
}

function isSupported(known: string, encodings: TextEncodings): boolean {
  return isOwn(known) || encodings.has(known);
}

/** `null` when the encoding lacks a character of the text. */
export function encodeText(text: string, encoding: string, encodings: TextEncodings): Uint8Array | null {
  if (HALF_A_CHARACTER.test(text)) return null;
  if (encoding === "utf-8") return encodings.encodeUtf8(text);
  if (encoding === "ascii") return BEYOND_ASCII.test(text) ? null : encodings.encodeUtf8(text);
  const order = MARKED[encoding];
  if (order !== undefined) return encodings.encode(BYTE_ORDER_MARK + text, order[0]);
  const wanted = encoding === MAC ? withMacEuro(text) : text;
  const bytes = encodings.encode(wanted, encoding);
  return encodings.decode(bytes, encoding, false) === wanted ? bytes : null;
}

/** `null` when the bytes are not of this encoding. */
export function decodeText(bytes: Uint8Array, encoding: string, encodings: TextEncodings): string | null {
  if (encoding === "utf-8") return encodings.decode(bytes, "utf-8", true);
  if (encoding === "ascii") return bytes.every((byte) => byte < 0x80) ? encodings.decodeUtf8(bytes) : null;
  const order = MARKED[encoding];
  const text =
    order === undefined ? encodings.decode(bytes, encoding, true) : decodeMarked(bytes, order, encodings);
  if (text === null || HALF_A_CHARACTER.test(text)) return null;
  return encoding === MAC ? withMacEuro(text) : text;
}

// The platform's table predates 1998, when the euro replaced the currency sign.
function withMacEuro(text: string): string {
  return text.replace(/[€¤]/g, (sign) => (sign === "€" ? "¤" : "€"));
}

function decodeMarked(
  bytes: Uint8Array,
  [little, big]: readonly [string, string],
  encodings: TextEncodings,
): string | null {
  for (const encoding of [little, big]) {
    const mark = encodings.encode(BYTE_ORDER_MARK, encoding);
    if (!mark.every((byte, at) => bytes[at] === byte)) continue;
    return encodings.decode(bytes.subarray(mark.length), encoding, true);
  }
  return encodings.decode(bytes, little, true);
}

function isOwn(encoding: string): boolean {
  return encoding === "utf-8" || encoding === "ascii" || encoding in MARKED;
}

const MAC = "macroman";

/** The published names, each with its name on the platform; `null` if there is none. */
const ENCODINGS: Readonly<Record<string, string | null>> = {
  "utf-8": "utf-8",
  utf8: "utf-8",
  "utf-16": "utf-16",
  utf16: "utf-16",
  unicode: "utf-16",
  "utf-32": "utf-32",
  utf32: "utf-32",
  ascii: "ascii",
  iso2022JP: null,
  isoLatin1: "iso-8859-1",
  japaneseEUC: "euc-jp",
  macOSRoman: MAC,
  nextstep: null,
  nonLossyASCII: null,
  shiftJIS: "shift_jis",
  symbol: null,
  utf16BigEndian: "utf-16be",
  utf16LittleEndian: "utf-16le",
  utf32BigEndian: "utf-32be",
  utf32LittleEndian: "utf-32le",
  windowsCP1250: "windows-1250",
  windowsCP1251: "windows-1251",
  windowsCP1252: "windows-1252",
  windowsCP1253: "windows-1253",
  windowsCP1254: "windows-1254",
  gbk: "gbk",
  gb18030: "gb18030",
};

const BYTE_ORDER_MARK = "\ufeff";
/** Chosen by the text's byte order mark; without one it is little-endian, as on the app's devices. */
const MARKED: Readonly<Record<string, readonly [littleEndian: string, bigEndian: string]>> = {
  "utf-16": ["utf-16le", "utf-16be"],
  "utf-32": ["utf-32le", "utf-32be"],
};
const HALF_A_CHARACTER = /\p{Surrogate}/u;
const BEYOND_ASCII = /[^\0-\x7f]/;
