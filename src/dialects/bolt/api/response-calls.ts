// Dialect: the calls of `$bolt` that respond to the current request.
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { TextEncodings } from "../../../host/api/platform.ts";
import { bytesFromBase64 } from "../common/base64.ts";
import type { BoltExchange } from "../http/bolt-exchange.ts";
import { encoded } from "./json-calls.ts";
import { callsOf, type Call } from "../common/checks.ts";
import type { CallContext } from "../state/call-context.ts";

/** Each call sets the whole response: the last one counts. Published: in a WebSocket event they do nothing. */
export function responseCalls(script: ResponseParts, context: CallContext): Record<string, Call> {
  const { platform } = script;
  const by = responder(script, context);
  const redirect = (call: string, status: number, url: string): void => {
    checkHeaderValue(call, "cUrl", url);
    currentExchange(context, call)?.setHeader("Location", url);
    by(call)(status, "", null);
  };
  return callsOf({
    ...bodies(by, platform.encodings),
    ...statuses(by),
    "redirect(cUrl)": (url: string) => redirect("redirect", 302, url),
    "redirectPermanent(cUrl)": (url: string) => redirect("redirectPermanent", 301, url),
    "setHeader(cName, cValue)": (name: string, value: string) => {
      checkHeader(name, value);
      currentExchange(context, "setHeader")?.setHeader(name, value);
    },
  });
}

/** Responds to the current request; `call` is named once in the log if there is only a WebSocket event. */
export function responder(
  { warn }: Pick<ResponseParts, "warn">,
  context: CallContext,
): (call: string) => Respond {
  const ignored = new Set<string>();
  const ignore = (call: string): void => {
    if (!ignored.has(call)) warn("PARLOR_CALL_IGNORED", { call: `$bolt.${call}` });
    ignored.add(call);
  };
  return (call) => {
    const exchange = currentExchange(context, call);
    return exchange === null ? () => ignore(call) : exchange.respond.bind(exchange);
  };
}

/** The request that is being handled; null in a WebSocket event. Throws outside of both. */
export function currentExchange({ exchange, event }: CallContext, call: string): BoltExchange | null {
  if (exchange !== null || event !== null) return exchange;
  const remedy = "a WebSocket client gets messages by $bolt.wsSendTo";
  throw new TypeError(`$bolt.${call} responds to an HTTP request: no request is being handled; ${remedy}`);
}

type ResponseParts = Pick<ScriptContext, "platform" | "warn">;

type Table = Parameters<typeof callsOf>[0];
type Respond = (status: number, body: string | Uint8Array, type: string | null) => void;

const TEXT = "text/plain; charset=utf-8";
export const HTML = "text/html; charset=utf-8";
const JSON_TYPE = "application/json";
const BYTES = "application/octet-stream";

function bodies(by: (call: string) => Respond, encodings: TextEncodings): Table {
  return {
    "send(cContent)": (content: string) => by("send")(200, content, TEXT),
    "text(cContent)": (content: string) => by("text")(200, content, TEXT),
    "html(cContent)": (content: string) => by("html")(200, content, HTML),
    "json(aData)": (data: unknown) => by("json")(200, encoded("$bolt.json(aData)", data), JSON_TYPE),
    "sendBinary(cBase64Data)": (base64: string) =>
      by("sendBinary")(200, bytesFor("sendBinary", encodings, base64), BYTES),
    "sendBinaryAs(cBase64Data, cContentType)": (base64: string, type: string) => {
      checkHeaderValue("sendBinaryAs", "cContentType", type);
      by("sendBinaryAs")(200, bytesFor("sendBinaryAs", encodings, base64), type);
    },
    "sendWithStatus(nStatus, cContent)": (status: number, content: string) =>
      by("sendWithStatus")(statusOf("sendWithStatus", status), content, TEXT),
    "htmlWithStatus(nStatus, cContent)": (status: number, content: string) =>
      by("htmlWithStatus")(statusOf("htmlWithStatus", status), content, HTML),
    "jsonWithStatus(nStatus, aData)": (status: number, data: unknown) => {
      const json = encoded("$bolt.jsonWithStatus(nStatus, aData)", data);
      by("jsonWithStatus")(statusOf("jsonWithStatus", status), json, JSON_TYPE);
    },
  };
}

function statuses(by: (call: string) => Respond): Table {
  return {
    "sendStatus(nStatus)": (status: number) => by("sendStatus")(statusOf("sendStatus", status), "", null),
    "notFound()": () => by("notFound")(404, "Not Found", TEXT),
    "unauthorized()": () => by("unauthorized")(401, "Unauthorized", TEXT),
    "forbidden()": () => by("forbidden")(403, "Forbidden", TEXT),
    "badRequest(cMessage)": (message: string) => by("badRequest")(400, message, TEXT),
    "serverError(cMessage)": (message: string) => by("serverError")(500, message, TEXT),
  };
}

function statusOf(call: string, status: number): number {
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new TypeError(`$bolt.${call} takes a status from 200 to 599 as nStatus, got ${status}`);
}

export function isHeaderName(name: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name);
}

function checkHeader(name: string, value: string): void {
  if (!isHeaderName(name)) {
    throw new TypeError(`$bolt.setHeader takes the name of a header as cName, got ${JSON.stringify(name)}`);
  }
  checkHeaderValue("setHeader", "cValue", value);
}

// A line break in a header's value would start another header.
export function checkHeaderValue(call: string, parameter: string, value: string): void {
  if (!/[^\t\x20-\x7e\x80-\xff]/.test(value)) return;
  throw new TypeError(
    `$bolt.${call} takes one line of Latin text as ${parameter}, got ${JSON.stringify(value)}`,
  );
}

function bytesFor(call: string, encodings: TextEncodings, base64: string): Uint8Array {
  const bytes = bytesFromBase64(encodings, base64);
  if (bytes === null) throw new TypeError(`$bolt.${call} takes padded base64 as cBase64Data`);
  return bytes;
}
