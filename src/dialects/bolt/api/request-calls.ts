// Dialect: the calls of `$bolt` that read the current request.
import type { Platform } from "../../../host/api/platform.ts";
import type { UrlParts, WebPlatform } from "../../../host/api/web-platform.ts";
import { parameterText } from "./event-calls.ts";
import type { BoltExchange } from "../http/bolt-exchange.ts";
import { parsed } from "./json-calls.ts";
import { callsOf, type Call } from "../common/checks.ts";
import type { CallContext } from "../state/call-context.ts";

/** Outside of a request all results are empty. */
export function requestCalls({ encodings, web }: Platform, call: CallContext): Record<string, Call> {
  const url = ({ head }: BoltExchange): UrlParts => web.parseUrl(head.url) ?? NO_URL;
  const text = ({ body }: BoltExchange): string => encodings.decodeUtf8(body);
  const read = (from: (exchange: BoltExchange) => string) => (): string =>
    call.exchange === null ? "" : from(call.exchange);
  return callsOf({
    "method()": read(({ head }) => head.method),
    // Published: the route's path as registered; `uri` is the requested one.
    "path()": read(({ route }) => route.path.written),
    "uri()": read((exchange) => url(exchange).pathname + url(exchange).search),
    "param(cName)": (name: string) => parameterText(call.exchange?.head.params ?? null, name),
    "query(cName)": (name: string) => read((exchange) => queryValue(web, url(exchange).search, name))(),
    "header(cName)": (name: string) => call.exchange?.header(name) ?? "",
    "body()": read(text),
    "bodyBase64()": read(({ body }) => encodings.toBase64(body)),
    "jsonBody()": () => parsed("$bolt.jsonBody()", "a body of JSON", read(text)()),
    "requestId()": read(({ id }) => id),
    "clientIp()": read(({ head }) => head.address),
  });
}

function queryValue(web: WebPlatform, search: string, name: string): string {
  return web.parseQuery(search.slice(1)).find(([key]) => key === name)?.[1] ?? "";
}

// The front hands over absolute URLs only.
const NO_URL: UrlParts = { protocol: "", pathname: "", search: "", hash: "" };
