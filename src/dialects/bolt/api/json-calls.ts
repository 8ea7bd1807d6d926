// Dialect: the calls of `$bolt` for JSON and the time.
import type { Clock } from "../../../boundary/clock.ts";
import { describePayload } from "../../../boundary/payload.ts";
import { callsOf, type Call } from "../common/checks.ts";

/** Times are those of the host's clock. */
export function jsonCalls(clock: Clock): Record<string, Call> {
  return callsOf({
    "jsonEncode(aData)": (data: unknown) => encoded("$bolt.jsonEncode(aData)", data),
    "jsonPretty(aData)": (data: unknown) => encoded("$bolt.jsonPretty(aData)", data, 2),
    "jsonDecode(cJson)": fromJson,
    "unixtime()": () => Math.floor(clock.now() / 1000),
    "unixtimeMs()": () => clock.now(),
  });
}

/** The JSON of a value. Throws a TypeError that names the call, if the value has no JSON. */
export function encoded(call: string, data: unknown, indent?: number): string {
  const json: unknown = JSON.stringify(data, null, indent);
  if (typeof json === "string") return json;
  throw new TypeError(`${call} takes data, got ${describePayload(data)}; JSON cannot hold it`);
}

/** The data of a text of JSON. Published: an empty list for any other text, the empty one included. */
export function fromJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return [];
  }
}
