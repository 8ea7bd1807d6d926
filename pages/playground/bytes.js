const SHOWN = 256;

/** Reads bytes that a person typed as `48 65 6c`, `0x48,0x65` or `48656c`. Throws an Error with a text for the person. */
export function parseHex(text) {
  const digits = text.replace(/0x/gi, "").replace(/[\s,:;_-]+/g, "");
  if (/[^\da-f]/i.test(digits)) throw new Error("Hex has the digits 0 to 9 and a to f only.");
  if (digits.length % 2 === 1) throw new Error("Hex needs two digits for each byte.");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Reads bytes in base64, plain or for URLs, with or without padding. */
export function parseBase64(text) {
  const plain = text.replace(/\s+/g, "").replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  try {
    return Uint8Array.from(atob(plain), (character) => character.charCodeAt(0));
  } catch {
    throw new Error("This is not base64.");
  }
}

/** Bytes as lines of 8 with their texts, as hex dumps show them; the first 256 only. */
export function hexDump(bytes) {
  const lines = [];
  for (let from = 0; from < Math.min(bytes.length, SHOWN); from += 8) {
    const row = [...bytes.subarray(from, Math.min(from + 8, SHOWN))];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    lines.push(`${hex.padEnd(24)} ${text}`);
  }
  if (bytes.length > SHOWN) lines.push(`… ${(bytes.length - SHOWN).toLocaleString("en")} more bytes`);
  return lines.join("\n");
}

/** Bytes in base64; the first ones of a long message only. */
export function toBase64(bytes) {
  const text = btoa(String.fromCharCode(...bytes.subarray(0, 3 * SHOWN)));
  return bytes.length > 3 * SHOWN ? `${text}…` : text;
}
