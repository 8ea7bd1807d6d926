// Front: a complete HTTP response as bytes, for sockets that Node's HTTP server has let go of.
import { STATUS_CODES } from "node:http";
import type { HttpRefusal } from "../../boundary/errors/refusals.ts";

/** A response of one line of text, after which the connection ends. */
export function rawResponse({ status, text }: HttpRefusal): Buffer {
  const body = Buffer.from(`${text}\n`);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]);
}
