// Dialect: the calls of `$bolt` that read the current request.
import type { Platform } from "../../../host/api/platform.ts";
import type { UrlParts } from "../../../host/api/web-platform.ts";
import { parameterText } from "./event-calls.ts";
import type { BoltExchange } from "../http/bolt-exchange.ts";
import { boltFormOf } from "../http/bolt-form.ts";
import { fromJson } from "./json-calls.ts";
import { callsOf, type Call } from "../common/checks.ts";
import type { CallContext } from "../state/call-context.ts";

/** Outside of a request all results are empty. */
export function requestCalls(platform: Platform, call: CallContext): Record<string, Call> {
  const { encodings, web } = platform;
  const url = ({ head }: BoltExchange): UrlParts => web.parseUrl(head.url) ?? NO_URL;
  const text = ({ body }: BoltExchange): string => encodings.decodeUtf8(body);
  const read = (from: (exchange: BoltExchange) => string) => (): string =>
    call.exchange === null ? "" : from(call.exchange);
  const queryValues = (name: string): string[] => {
    if (call.exchange === null) return [];
    return valuesOf(name, web.parseQuery(url(call.exchange).search.slice(1)));
  };
  const formValues = (name: string): string[] => {
    return call.exchange === null ? [] : valuesOf(name, boltFormOf(platform, call.exchange).fields);
  };
  return callsOf({
    "method()": read(({ head }) => head.method),
    // Published: the route's path as registered; `uri` is the requested one.
    "path()": read(({ route }) => route.path.written),
    "uri()": read((exchange) => url(exchange).pathname + url(exchange).search),
    "param(cName)": (name: string) => parameterText(call.exchange?.head.params ?? null, name),
    "query(cName)": (name: string) => queryValues(name)[0] ?? "",
    "queryAll(cName)": queryValues,
    "formField(cName)": (name: string) => formValues(name)[0] ?? "",
    "formFieldAll(cName)": formValues,
    "header(cName)": (name: string) => call.exchange?.header(name) ?? "",
    "body()": read(text),
    "bodyBase64()": read(({ body }) => encodings.toBase64(body)),
    "jsonBody()": () => fromJson(read(text)()),
    "requestId()": read(({ id }) => id),
    "clientIp()": read(({ head }) => head.address),
  });
}

function valuesOf(name: string, pairs: readonly (readonly [string, string])[]): string[] {
  return pairs.filter(([key]) => key === name).map(([, value]) => value);
}

// The front hands over absolute URLs only.
const NO_URL: UrlParts = { protocol: "", pathname: "", search: "", hash: "" };
