import { bytesOf } from "../base64.ts";
import type { BoltExchange } from "../http/bolt-exchange.ts";
import { encoded } from "./json-calls.ts";
import { callsOf, type Call } from "../checks.ts";
import type { CallContext } from "../call-context.ts";

const TEXT = "text/plain; charset=utf-8";
const HTML = "text/html; charset=utf-8";
const JSON_TYPE = "application/json";
const BYTES = "application/octet-stream";

type Answering = (status: number, body: string | Uint8Array, type: string | null) => void;

/** What a handler answers the request in hand with. Each call answers anew: the last one counts. */
export function responseCalls(turn: CallContext): Record<string, Call> {
  const inHand = (call: string): BoltExchange => {
    if (turn.exchange !== null) return turn.exchange;
    const remedy = "a WebSocket client gets messages by $bolt.wsSendTo";
    throw new TypeError(`$bolt.${call} answers an HTTP request, and none is in hand; ${remedy}`);
  };
  const by = (call: string): Answering => inHand(call).respond.bind(inHand(call));
  return callsOf({
    ...bodies(by),
    ...statuses(by),
    "redirect(cUrl)": (url: string) => redirect(inHand("redirect"), 302, url),
    "redirectPermanent(cUrl)": (url: string) => redirect(inHand("redirectPermanent"), 301, url),
    "setHeader(cName, cValue)": (name: string, value: string) => {
      checkHeader(name, value);
      inHand("setHeader").setHeader(name, value);
    },
  });
}

type Table = Parameters<typeof callsOf>[0];

function bodies(by: (call: string) => Answering): Table {
  return {
    "send(cContent)": (content: string) => by("send")(200, content, TEXT),
    "text(cContent)": (content: string) => by("text")(200, content, TEXT),
    "html(cContent)": (content: string) => by("html")(200, content, HTML),
    "json(aData)": (data: unknown) => by("json")(200, encoded("$bolt.json(aData)", data), JSON_TYPE),
    "sendBinary(cBase64Data)": (base64: string) => by("sendBinary")(200, decoded(base64), BYTES),
    "sendWithStatus(nStatus, cContent)": (status: number, content: string) =>
      by("sendWithStatus")(statusOf("sendWithStatus", status), content, TEXT),
    "jsonWithStatus(nStatus, aData)": (status: number, data: unknown) => {
      const json = encoded("$bolt.jsonWithStatus(nStatus, aData)", data);
      by("jsonWithStatus")(statusOf("jsonWithStatus", status), json, JSON_TYPE);
    },
  };
}

function statuses(by: (call: string) => Answering): Table {
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

// A line break in a header would be the beginning of another one.
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

function decoded(base64: string): Uint8Array {
  const bytes = bytesOf(base64);
  if (bytes === null) throw new TypeError("$bolt.sendBinary takes padded base64 as cBase64Data");
  return bytes;
}
