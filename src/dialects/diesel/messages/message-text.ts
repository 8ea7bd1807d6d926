// Dialect: the text of a typed message: { "type": NAME, … }.
import { isRecord } from "../../../boundary/checks.ts";
import { parsedJson } from "../../../boundary/text/parsed-json.ts";

/** The name and the data of a message; null for text that is none. */
export function readMessage(text: string): { readonly name: string; readonly data: object } | null {
  // Other text is not parsed in vain.
  if (!/^\s*\{/.test(text)) return null;
  const parsed = parsedJson(text);
  if (!isRecord(parsed) || typeof parsed["type"] !== "string") return null;
  const { type: name, ...data } = parsed;
  return { name: name as string, data };
}

/** The text of a message. Its name comes first, so that a person finds it. */
export function messageText(name: string, data: object | undefined): string {
  return JSON.stringify({ type: name, ...data });
}
