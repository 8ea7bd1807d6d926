import { base64Of } from "../base64.ts";
import { parameterOf } from "./event-calls.ts";
import type { BoltExchange } from "../http/bolt-exchange.ts";
import { parsed } from "./json-calls.ts";
import { callsOf, type Call } from "../checks.ts";
import type { CallContext } from "../call-context.ts";

/** What a handler reads of the request in hand. Outside of one all of it is empty. */
export function requestCalls(turn: CallContext): Record<string, Call> {
  const read = (from: (exchange: BoltExchange) => string) => (): string =>
    turn.exchange === null ? "" : from(turn.exchange);
  return callsOf({
    "method()": read(({ head }) => head.method),
    // Published: the route's path as registered; `uri` is the one that was asked for.
    "path()": read(({ route }) => route.path.written),
    "uri()": read(({ url }) => url.pathname + url.search),
    "param(cName)": (name: string) => parameterOf(turn.exchange?.head.params ?? null, name),
    "query(cName)": (name: string) => turn.exchange?.url.searchParams.get(name) ?? "",
    "header(cName)": (name: string) => turn.exchange?.header(name) ?? "",
    "body()": read(({ body }) => body),
    "bodyBase64()": read(({ bytes }) => base64Of(bytes)),
    "jsonBody()": () => parsed("$bolt.jsonBody()", "a body of JSON", turn.exchange?.body ?? ""),
    "requestId()": read(({ id }) => id),
    "clientIp()": read(({ head }) => head.address),
  });
}
