// Front: the bytes that an event carries.
import type { ScriptEvent } from "../../boundary/events.ts";
import { sizeOf } from "../../boundary/payload.ts";

/** Messages are most events, so they are tested first. */
export function weightOf(event: ScriptEvent): number {
  if (event.kind === "message" || event.kind === "clientMessage") return sizeOf(event.data);
  if (event.kind === "call" || event.kind === "reply") return event.text.length;
  return event.kind === "request" ? (event.body?.length ?? 0) : 0;
}

/** The event without its payload: a pending event is never delivered again, however long its promise takes. */
export function withoutPayload(event: ScriptEvent): ScriptEvent {
  if (event.kind === "message") return { ...event, data: "" };
  if (event.kind === "call") return { ...event, text: "" };
  return event.kind === "request" ? { ...event, body: null } : event;
}
