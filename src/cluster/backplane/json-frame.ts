// Cluster: a frame of another node that is JSON, as a list; and whose it is.
import { isUtf8 } from "node:buffer";
import { parsedJson } from "../../boundary/text/parsed-json.ts";
import { isNodeId } from "./node-identity.ts";

/** The list in a frame; null if there is none. */
export function listIn(frame: Uint8Array): readonly unknown[] | null {
  // Other bytes than UTF-8 would be read as other names.
  const parsed = isUtf8(frame) ? parsedJson(textOf(frame)) : null;
  return Array.isArray(parsed) ? (parsed as unknown[]) : null;
}

/** The id of the node that has sent a frame, as far as a frame that is malformed has one; else empty. */
export function senderIn(frame: Uint8Array): string {
  const list = listIn(frame);
  if (list !== null) return list.slice(1, 3).find(isNode) ?? "";
  // A frame of messages: version, length of the id, id.
  const text = Buffer.from(frame.subarray(2, 2 + (frame[1] ?? 0))).toString("latin1");
  return isNodeId(text) ? text : "";
}

export function isNode(value: unknown): value is string {
  return typeof value === "string" && isNodeId(value);
}

function textOf(frame: Uint8Array): string {
  return Buffer.from(frame.buffer, frame.byteOffset, frame.length).toString();
}
