// Dialect: writes frames of STOMP.
import { utf8Length } from "../../../../boundary/text/utf8.ts";
import { escapeHeader } from "./header-escapes.ts";
import type { StompFrame, StompVersion } from "./stomp-frame.ts";

/** The frame as text. `content-length` is added to one with a body; names and values are escaped as the version has it. */
export function writeFrame({ command, headers, body }: StompFrame, version: StompVersion): string {
  // Published: a client reads this frame before it knows the version.
  const written = command === "CONNECTED" || command === "CONNECT" ? "1.0" : version;
  const lines = [...headers].map(([name, value]) => {
    return `${escapeHeader(name, written)}:${escapeHeader(value, written)}\n`;
  });
  if (body !== "" && !headers.has("content-length")) lines.push(`content-length:${utf8Length(body)}\n`);
  return `${command}\n${lines.join("")}\n${body}\0`;
}

/** A line end: what the two sides send when they have nothing to say. */
export const HEART_BEAT = "\n";
