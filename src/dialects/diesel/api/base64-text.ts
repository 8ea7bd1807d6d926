// Dialect: the published base64 functions of `diesel`.
import { stringFor } from "../../../boundary/checks.ts";
import type { TextEncodings } from "../../../host/api/platform.ts";

/** Published: `diesel.stringToBase64(s)`; the text as UTF-8. */
export function stringToBase64(encodings: TextEncodings, text: unknown): string {
  return encodings.toBase64(encodings.encodeUtf8(stringFor("diesel.stringToBase64", "text", text)));
}

/** Published: `diesel.base64ToString(s)`; U+FFFD replaces bytes that are not UTF-8. */
export function base64ToString(encodings: TextEncodings, base64: unknown): string {
  const text = stringFor("diesel.base64ToString", "base64", base64);
  const bytes = encodings.fromBase64(text);
  if (bytes !== null) return encodings.decodeUtf8(bytes);
  const shown = text.length > 40 ? `${text.slice(0, 40)}...` : text;
  throw new TypeError(`diesel.base64ToString takes base64, got ${JSON.stringify(shown)}`);
}
