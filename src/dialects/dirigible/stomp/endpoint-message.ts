// Dialect: the bodies of messages to an endpoint, and of its replies.
import { isRecord } from "../../../boundary/checks.ts";

/** Published: who sends a message, and its text; `null` for what is missing. */
export interface EndpointMessage {
  readonly from: string | null;
  readonly text: string | null;
}

/** Reads a body; for one that is not an object of JSON with these members, returns what is wrong. */
export function readEndpointMessage(body: string): EndpointMessage | string {
  const value = parsed(body);
  if (!isRecord(value))
    return `a message to an endpoint is an object of JSON, as in {"from": "Ada", "text": "hello"}`;
  const [from, text] = [textOf(value, "from"), textOf(value, "text")];
  if (from === undefined || text === undefined)
    return `"from" and "text" of a message to an endpoint are texts`;
  return { from, text };
}

/** Published: the reply to a message. `now`: the time of day, ms; written as hours and minutes of the server's zone. */
export function replyBody({ from }: EndpointMessage, result: unknown, now: number): string {
  const time = new Date(now);
  const [hours, minutes] = [time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, "0"));
  return JSON.stringify({ from, text: resultText(result), time: `${hours}:${minutes}` });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

// As the platform reads them: a number is a text, too. `undefined` for a list or an object.
function textOf(message: Readonly<Record<string, unknown>>, name: string): string | null | undefined {
  const value = Object.hasOwn(message, name) ? message[name] : null;
  if (value === null || typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function resultText(result: unknown): string {
  if (typeof result === "string") return result;
  return result === null ? "" : (JSON.stringify(result) ?? "");
}
