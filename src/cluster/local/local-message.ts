// Cluster: the messages between a front and the process that has started it, as bytes on their private channel.
import { isUtf8 } from "node:buffer";
import { isNodeId } from "../backplane/node-identity.ts";

/** What a message is. Numbers, because they are one byte on the channel. */
export const KIND = {
  /** From a front, first: the channel is the id of its node. */
  hello: 0,
  subscribe: 1,
  unsubscribe: 2,
  /** A frame, to the relay and from it: the same bytes. */
  frame: 3,
  /** From a front, and returned as it is: all messages before it have been handled. */
  confirm: 4,
  /** To the fronts: the node with the id in place of the channel has ended. */
  gone: 5,
} as const;

export interface LocalMessage {
  readonly kind: number;
  readonly channel: string;
  readonly payload: Uint8Array;
  /** The message as it is on the channel. */
  readonly bytes: Uint8Array;
}

/** `u32` length of the rest, `u8` kind, `u32` length of the channel, the channel, the payload. */
export function encodeLocal(kind: number, channel: string, payload: Uint8Array = EMPTY): Uint8Array {
  const name = Buffer.byteLength(channel);
  const bytes = Buffer.allocUnsafe(HEAD + name + payload.length);
  bytes.writeUInt32LE(bytes.length - 4, 0);
  bytes[4] = kind;
  bytes.writeUInt32LE(name, 5);
  bytes.write(channel, HEAD);
  bytes.set(payload, HEAD + name);
  return bytes;
}

/** Cuts a stream of bytes into messages. */
export class LocalReader {
  #chunks: Uint8Array[] = [];
  #length = 0;

  /** Calls `onMessage` for each message that is complete. Returns false at bytes that are not a message. */
  read(chunk: Uint8Array, onMessage: (message: LocalMessage) => void): boolean {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < 4 || this.#length < this.#needed()) return true;
    const all = Buffer.concat(this.#chunks, this.#length);
    let at = 0;
    while (all.length - at >= 4) {
      const end = at + 4 + all.readUInt32LE(at);
      if (end - at > LONGEST || end - at < HEAD) return false;
      if (end > all.length) break;
      const message = decoded(all.subarray(at, end));
      if (message === null) return false;
      onMessage(message);
      at = end;
    }
    this.#chunks = at === all.length ? [] : [all.subarray(at)];
    this.#length = all.length - at;
    return true;
  }

  // A large message comes in many chunks: they are joined once.
  #needed(): number {
    const first = this.#chunks[0]!;
    if (first.length < 4) return 0;
    const length = 4 + Buffer.from(first.buffer, first.byteOffset, 4).readUInt32LE(0);
    return length > LONGEST ? 0 : length;
  }
}

function decoded(bytes: Buffer): LocalMessage | null {
  const from = HEAD + bytes.readUInt32LE(5);
  if (from > bytes.length || !isUtf8(bytes.subarray(HEAD, from))) return null;
  const [kind, channel, payload] = [bytes[4]!, bytes.toString("utf8", HEAD, from), bytes.subarray(from)];
  if (kind === KIND.confirm && payload.length !== CONFIRM_BYTES) return null;
  if ((kind === KIND.hello || kind === KIND.gone) && !isNodeId(channel)) return null;
  return { kind, channel, payload, bytes };
}

const EMPTY = new Uint8Array();

/** The number of a confirmation. */
const CONFIRM_BYTES = 4;

/** The bytes before the channel. */
const HEAD = 9;

/** The most bytes of a frame. */
export const LOCAL_FRAME_LIMIT = 16 * 1024 * 1024;

/** The most bytes of a message: a frame and its channel. */
const LONGEST = LOCAL_FRAME_LIMIT + 1024 * 1024;
