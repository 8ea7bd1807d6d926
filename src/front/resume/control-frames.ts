// Front: the control frames of `parlor.v1`, encoded and read.
import { isRecord } from "../../boundary/checks.ts";
import { firstByte, headerSize, writeHeader } from "../frames/frame.ts";

/** A control frame, ready to be written: binary, a byte 1, and JSON. */
export function controlFrame(content: ServerControl): Buffer {
  const json = JSON.stringify(content);
  const size = Buffer.byteLength(json) + 1;
  const header = headerSize(size);
  const frame = Buffer.allocUnsafe(header + size);
  writeHeader(frame, 0, firstByte(false, false), size);
  frame[header] = CONTROL;
  frame.write(json, header + 1);
  return frame;
}

/** The object that a text is; null if it is none. */
export function jsonObject(text: string): Content | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** Whether a frame is a control frame, which does not count as a message. */
export function isControl(data: Buffer, isBinary: boolean): boolean {
  return isBinary && data[0] === CONTROL;
}

export type Content = Readonly<Record<string, unknown>>;

/** A binary message. */
export const MESSAGE = 0;
export const CONTROL = 1;
/** A numbered frame that is not a message. */
export const ENVELOPE = 2;

/** What the server sends. */
export type ServerControl =
  Welcome | { readonly type: "ack"; readonly received: number } | { readonly type: "pong" };

/** The first frame of each connection. */
export interface Welcome {
  readonly type: "welcome";
  readonly session: string;
  readonly resumed: boolean;
  /** Why not, if the client has asked for it. */
  readonly reason: ResumeRefusal | null;
  /** For the next connection; null where a route does not resume. */
  readonly token: string | null;
  /** For how many seconds the session waits for its client. */
  readonly resume: number;
  /** The number of the next numbered frame from the server. */
  readonly sent: number;
  /** How many numbered frames of the client the server has. */
  readonly received: number;
  /** How often a client may ping, ms. */
  readonly heartbeat: number;
}

/** Why a client does not get its session back. */
export type ResumeRefusal = "expired" | "overflow" | "unknown" | "server-restarted" | "other-node";
