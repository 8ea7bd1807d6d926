import { base64Of } from "../base64.ts";
import { callsOf, type Call } from "../checks.ts";
import type { CallContext } from "../call-context.ts";

/** Published: "Event Context (use inside callbacks)". Outside of an event all of it is empty. */
export function eventCalls(turn: CallContext): Record<string, Call> {
  const text = (): string => (typeof turn.event?.data === "string" ? turn.event.data : "");
  const bytes = (): Uint8Array | null => {
    const data = turn.event?.data;
    return data instanceof Uint8Array ? data : null;
  };
  return callsOf({
    "wsClientId()": () => turn.event?.session.id ?? "",
    "wsEventType()": () => turn.event?.type ?? "",
    "wsEventMessage()": text,
    "wsEventIsBinary()": () => (bytes() === null ? 0 : 1),
    "wsEventBinary()": () => base64Of(bytes() ?? new Uint8Array()),
    // Published: the route's path as registered, not the one that was asked for.
    "wsEventPath()": () => turn.event?.route.path.written ?? "",
    "wsParam(cName)": (name: string) => parameterOf(turn.event?.session.handshake.params ?? null, name),
    "wsEventAbort()": () => {
      if (turn.event !== null) turn.event.isAborted = true;
      return 1;
    },
  });
}

/** A parameter of the path; only the route's own, never what every object inherits. */
export function parameterOf(params: Readonly<Record<string, string>> | null, name: string): string {
  return params !== null && Object.hasOwn(params, name) ? (params[name] ?? "") : "";
}
