// Front: a complete HTTP response as bytes, for sockets that Node's HTTP server has let go of.
import { STATUS_CODES } from "node:http";
import type { HttpRefusal } from "../../boundary/errors/refusals.ts";

/** A response of one line of text, after which the connection ends. */
export function rawResponse({ status, text, headers = {}, added = [] }: HttpRefusal): Buffer {
  const body = Buffer.from(`${text}\n`);
  const hasType = added.some(([name]) => name.toLowerCase() === "content-type");
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    // RFC 9110, 7.8: the header Upgrade is always announced in this one.
    `Connection: ${headers["upgrade"] === undefined ? "close" : "upgrade, close"}`,
    ...(hasType ? [] : ["Content-Type: text/plain; charset=utf-8"]),
    `Content-Length: ${body.length}`,
    ...added.map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}
