import type { ScriptEvent } from "./events.ts";
import { sizeOf } from "./payload.ts";

/** The bytes that an event brings along. Messages of clients are most of them, so they are asked for first. */
export function weightOf(event: ScriptEvent): number {
  if (event.kind === "message" || event.kind === "clientMessage") return sizeOf(event.data);
  return event.kind === "request" ? (event.body?.length ?? 0) : 0;
}
