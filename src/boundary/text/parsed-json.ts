// Boundary: reads JSON that may be malformed.

/** The value of a JSON text; null if the text is not JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
