/** At most so many bytes become arguments of one call. */
const SLICE = 8192;

/** Published: "Binary data as base64 string"; the standard alphabet, padded. */
export function base64Of(bytes: Uint8Array): string {
  let latin = "";
  for (let at = 0; at < bytes.length; at += SLICE) {
    latin += String.fromCharCode(...bytes.subarray(at, at + SLICE));
  }
  return btoa(latin);
}

/**
 * The bytes of standard, padded base64; `null` for anything else. `atob` alone would let white space and missing padding
 * pass, which Bolt answers with 0.
 */
export function bytesOf(base64: string): Uint8Array | null {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  const letters = base64.slice(0, base64.length - padding);
  if (base64.length % 4 !== 0 || /[^A-Za-z0-9+/]/.test(letters)) return null;
  if (!STRAY_BITS[padding].test(letters)) return null;
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

// The last letter before the padding may not hold bits that no byte takes.
const STRAY_BITS = [/^/, /[AEIMQUYcgkosw048]$/, /[AQgw]$/] as const;
