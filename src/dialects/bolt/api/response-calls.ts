// Dialect: the calls of `$bolt` that respond to the current request.
import type { Platform, TextEncodings } from "../../../host/api/platform.ts";
import { bytesFromBase64 } from "../common/base64.ts";
import type { BoltExchange } from "../http/bolt-exchange.ts";
import { encoded } from "./json-calls.ts";
import { callsOf, type Call } from "../common/checks.ts";
import type { CallContext } from "../state/call-context.ts";

/** Each call sets the whole response: the last one counts. */
export function responseCalls({ encodings }: Platform, context: CallContext): Record<string, Call> {
  const current = (call: string): BoltExchange => {
    if (context.exchange !== null) return context.exchange;
    const remedy = "a WebSocket client gets messages by $bolt.wsSendTo";
    throw new TypeError(`$bolt.${call} responds to an HTTP request: no request is being handled; ${remedy}`);
  };
  const by = (call: string): Respond => current(call).respond.bind(current(call));
  return callsOf({
    ...bodies(by, encodings),
    ...statuses(by),
    "redirect(cUrl)": (url: string) => redirect(current("redirect"), 302, url),
    "redirectPermanent(cUrl)": (url: string) => redirect(current("redirectPermanent"), 301, url),
    "setHeader(cName, cValue)": (name: string, value: string) => {
      checkHeader(name, value);
      current("setHeader").setHeader(name, value);
    },
  });
}

type Table = Parameters<typeof callsOf>[0];
type Respond = (status: number, body: string | Uint8Array, type: string | null) => void;

const TEXT = "text/plain; charset=utf-8";
const HTML = "text/html; charset=utf-8";
const JSON_TYPE = "application/json";
const BYTES = "application/octet-stream";

function bodies(by: (call: string) => Respond, encodings: TextEncodings): Table {
  return {
    "send(cContent)": (content: string) => by("send")(200, content, TEXT),
    "text(cContent)": (content: string) => by("text")(200, content, TEXT),
    "html(cContent)": (content: string) => by("html")(200, content, HTML),
    "json(aData)": (data: unknown) => by("json")(200, encoded("$bolt.json(aData)", data), JSON_TYPE),
    "sendBinary(cBase64Data)": (base64: string) => by("sendBinary")(200, bytesFor(encodings, base64), BYTES),
    "sendWithStatus(nStatus, cContent)": (status: number, content: string) =>
      by("sendWithStatus")(statusOf("sendWithStatus", status), content, TEXT),
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

function redirect(exchange: BoltExchange, status: number, url: string): void {
  checkHeader("Location", url);
  exchange.setHeader("Location", url);
  exchange.respond(status, "", null);
}

function statusOf(call: string, status: number): number {
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new TypeError(`$bolt.${call} takes a status from 200 to 599 as nStatus, got ${status}`);
}

// A line break in a header's value would start another header.
function checkHeader(name: string, value: string): void {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
    throw new TypeError(`$bolt.setHeader takes the name of a header as cName, got ${JSON.stringify(name)}`);
  }
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
    throw new TypeError(
      `$bolt.setHeader takes one line of Latin text as cValue, got ${JSON.stringify(value)}`,
    );
  }
}

function bytesFor(encodings: TextEncodings, base64: string): Uint8Array {
  const bytes = bytesFromBase64(encodings, base64);
  if (bytes === null) throw new TypeError("$bolt.sendBinary takes padded base64 as cBase64Data");
  return bytes;
}
