// Dialect: Bolt's base64, which is stricter than the web's.
import type { TextEncodings } from "../../../host/api/platform.ts";

/**
 * The bytes of standard, padded base64; `null` for any other text. The web's reader alone would accept white space and
 * missing padding, for which Bolt returns 0.
 */
export function bytesFromBase64(encodings: TextEncodings, base64: string): Uint8Array | null {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  const letters = base64.slice(0, base64.length - padding);
  if (base64.length % 4 !== 0 || /[^A-Za-z0-9+/]/.test(letters)) return null;
  return STRAY_BITS[padding].test(letters) ? encodings.fromBase64(base64) : null;
}

// The last letter before the padding may not hold bits that belong to no byte.
const STRAY_BITS = [/^/, /[AEIMQUYcgkosw048]$/, /[AQgw]$/] as const;
