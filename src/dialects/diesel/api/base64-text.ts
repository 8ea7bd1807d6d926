import { stringFor } from "../checks.ts";

/** At most so many bytes become arguments of one call. */
const SLICE = 8192;

/** Published: `diesel.stringToBase64(s)`; the text as UTF-8. */
export function stringToBase64(text: unknown): string {
  const bytes = new TextEncoder().encode(stringFor("diesel.stringToBase64", "text", text));
  let latin = "";
  for (let at = 0; at < bytes.length; at += SLICE) {
    latin += String.fromCharCode(...bytes.subarray(at, at + SLICE));
  }
  return btoa(latin);
}

/** Published: `diesel.base64ToString(s)`; what is no UTF-8 becomes U+FFFD. */
export function base64ToString(base64: unknown): string {
  const latin = decoded(stringFor("diesel.base64ToString", "base64", base64));
  const bytes = Uint8Array.from(latin, (letter) => letter.charCodeAt(0));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

function decoded(base64: string): string {
  try {
    return atob(base64);
  } catch {
    const shown = base64.length > 40 ? `${base64.slice(0, 40)}...` : base64;
    throw new TypeError(`diesel.base64ToString takes base64, got ${JSON.stringify(shown)}`);
  }
}
