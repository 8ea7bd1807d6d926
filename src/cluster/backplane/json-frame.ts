// Cluster: a frame of another node that is JSON, as a list; and whose it is.
import { isUtf8 } from "node:buffer";
import { isNodeId } from "./node-identity.ts";

/** The list in a frame; null if there is none. */
export function listIn(frame: Uint8Array): readonly unknown[] | null {
  const parsed = parsedJson(frame);
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

// Bytes that are no UTF-8 would be read as other names.
function parsedJson(frame: Uint8Array): unknown {
  if (!isUtf8(frame)) return null;
  try {
    return JSON.parse(Buffer.from(frame.buffer, frame.byteOffset, frame.length).toString()) as unknown;
  } catch {
    return null;
  }
}
