import { describePayload } from "../../../boundary/payload.ts";
import { callsOf, type Call } from "../checks.ts";

/** Text from data and back, and the time. */
export function jsonCalls(): Record<string, Call> {
  return callsOf({
    "jsonEncode(aData)": (data: unknown) => encoded("$bolt.jsonEncode(aData)", data),
    "jsonPretty(aData)": (data: unknown) => encoded("$bolt.jsonPretty(aData)", data, 2),
    "jsonDecode(cJson)": (json: string) => parsed("$bolt.jsonDecode(cJson)", "JSON as cJson", json),
    "unixtime()": () => Math.floor(Date.now() / 1000),
    "unixtimeMs()": () => Date.now(),
  });
}

/** JSON of what can be said in it; the rest is refused in the call's name. */
export function encoded(call: string, data: unknown, indent?: number): string {
  const json: unknown = JSON.stringify(data, null, indent);
  if (typeof json === "string") return json;
  throw new TypeError(`${call} takes data, got ${describePayload(data)}, of which there is no JSON`);
}

export function parsed(call: string, wanted: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    const shown = json.length > 40 ? `${json.slice(0, 40)}...` : json;
    throw new TypeError(`${call} takes ${wanted}, got ${JSON.stringify(shown)}`);
  }
}
