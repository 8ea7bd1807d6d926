// Dialect: the calls of `$bolt` about the WebSocket event whose callback runs.
import type { TextEncodings } from "../../../host/api/platform.ts";
import { callsOf, type Call } from "../common/checks.ts";
import type { CallContext } from "../state/call-context.ts";

/** Published: "Event Context (use inside callbacks)". Outside of an event all results are empty. */
export function eventCalls(encodings: TextEncodings, call: CallContext): Record<string, Call> {
  const text = (): string => (typeof call.event?.data === "string" ? call.event.data : "");
  const bytes = (): Uint8Array | null => {
    const data = call.event?.data;
    return data instanceof Uint8Array ? data : null;
  };
  return callsOf({
    "wsClientId()": () => call.event?.session.id ?? "",
    "wsEventType()": () => call.event?.type ?? "",
    "wsEventMessage()": text,
    "wsEventIsBinary()": () => (bytes() === null ? 0 : 1),
    "wsEventBinary()": () => encodings.toBase64(bytes() ?? new Uint8Array()),
    // Published: the route's path as registered, not the requested one.
    "wsEventPath()": () => call.event?.route.path.written ?? "",
    "wsParam(cName)": (name: string) => parameterText(call.event?.session.handshake.params ?? null, name),
    "wsEventAbort()": () => {
      if (call.event !== null) call.event.isAborted = true;
      return 1;
    },
  });
}

/** A parameter of the path; only the route's own, never a property of Object.prototype. */
export function parameterText(params: Readonly<Record<string, string>> | null, name: string): string {
  return params !== null && Object.hasOwn(params, name) ? (params[name] ?? "") : "";
}
