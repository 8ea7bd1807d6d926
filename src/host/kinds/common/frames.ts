// Host: messages on a pipe, as frames: a mark, a length, and the serialized message.
import { deserialize, serialize } from "../../bytes/serializing.ts";

/** The message as bytes: first those of the frame's head, so that a frame is one write. */
export function frameOf(message: unknown): Buffer {
  const frame = serialize(message, HEAD);
  frame.writeUInt32LE(frame.length - HEAD_BYTES, MARK_BYTES);
  return frame;
}

/** The message of a frame. */
export function messageIn(frame: Uint8Array): unknown {
  return valueIn(frame.subarray(HEAD_BYTES));
}

/** The length of a whole frame, by its head. Throws if these bytes are not the head of a frame. */
export function frameLength(head: Buffer): number {
  const length = head.readUInt32LE(MARK_BYTES);
  if (head.readUInt32LE(0) !== MARK || length > LONGEST)
    throw new Error("its pipe holds bytes of another writer");
  return HEAD_BYTES + length;
}

/** Cuts what comes out of a pipe into frames. Nothing is reserved for bytes that have not come. */
export class FrameReader {
  readonly #onMessage: (message: unknown) => void;
  #chunks: Buffer[] = [];
  #held = 0;
  /** The length of the frame that comes; 0 until its head is complete. */
  #wanted = 0;

  constructor(onMessage: (message: unknown) => void) {
    this.#onMessage = onMessage;
  }

  /** Throws if the bytes are not frames, or a frame is not a message: nothing after them can be read. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    while (this.#held >= (this.#wanted || HEAD_BYTES)) {
      if (this.#wanted === 0) this.#wanted = frameLength(this.#joined());
      else this.#onMessage(messageIn(this.#take()));
    }
  }

  #take(): Buffer {
    const bytes = this.#joined();
    const frame = bytes.subarray(0, this.#wanted);
    this.#chunks = frame.length === bytes.length ? [] : [bytes.subarray(this.#wanted)];
    this.#held -= this.#wanted;
    this.#wanted = 0;
    return frame;
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] as Buffer;
  }
}

/** The bytes before the message: the mark and the length. */
export const HEAD_BYTES = 8;

const MARK_BYTES = 4;
/** Makes bytes that a script writes to the pipe show at once. */
const MARK = 0x6f6c7250;
const HEAD = Buffer.alloc(HEAD_BYTES);
HEAD.writeUInt32LE(MARK, 0);

/** More than a host may hold in memory by default; a false length is most likely longer. */
const LONGEST = 0x3fffffff;

/** A value as bytes, without the head of a frame. */
export const bytesOf: (value: unknown) => Uint8Array = serialize;

/** The value that `bytesOf` was given. */
export const valueIn: (bytes: Uint8Array) => unknown = deserialize;
