import type { ScriptEvent } from "../../boundary/events.ts";
import { sizeOf } from "../../boundary/payload.ts";

/** The bytes that an event brings along. Messages of clients are most of them, so they are asked for first. */
export function weightOf(event: ScriptEvent): number {
  if (event.kind === "message" || event.kind === "clientMessage") return sizeOf(event.data);
  return event.kind === "request" ? (event.body?.length ?? 0) : 0;
}

/** The event without what it carried: a pending one is never delivered again, however long its promise takes. */
export function withoutPayload(event: ScriptEvent): ScriptEvent {
  if (event.kind === "message") return { ...event, data: "" };
  return event.kind === "request" ? { ...event, body: null } : event;
}
