// Host: messages on a pipe, as frames: a mark, a length, and the serialized message.
import { Deserializer, Serializer } from "node:v8";

/** The message as bytes: first those of the frame's head, so that a frame is one write. */
export function frameOf(message: unknown): Buffer {
  const serializer = new Serializer();
  write.writeRawBytes(serializer, HEAD);
  write.writeHeader(serializer);
  write.writeValue(serializer, message);
  const frame = write.releaseBuffer(serializer);
  frame.writeUInt32LE(frame.length - HEAD_BYTES, MARK_BYTES);
  return frame;
}

/** The message of a frame. */
export function messageIn(frame: Uint8Array): unknown {
  return valueIn(frame.subarray(HEAD_BYTES));
}

/** A value as bytes, without the head of a frame. */
export function bytesOf(value: unknown): Uint8Array {
  const serializer = new Serializer();
  write.writeHeader(serializer);
  write.writeValue(serializer, value);
  return write.releaseBuffer(serializer);
}

/** The value that `bytesOf` was given. */
export function valueIn(bytes: Uint8Array): unknown {
  const deserializer = new Deserializer(bytes);
  read.readHeader(deserializer);
  return read.readValue(deserializer);
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

// Taken before any script runs, which may replace the methods of both classes.
const write = methodsOf(Serializer.prototype);
const read = methodsOf(Deserializer.prototype);

/** The methods of a class as functions whose first argument is the object. */
function methodsOf<Self extends object>(prototype: Self): Methods<Self> {
  const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
  const methods = names.map((name) => [name, unbound(prototype, name)] as const);
  return Object.fromEntries(methods) as Methods<Self>;
}

// As a bound call: it works also after the script has replaced `call` itself.
function unbound(prototype: object, name: string): unknown {
  const method = Reflect.get(prototype, name) as (...args: unknown[]) => unknown;
  return Function.prototype.call.bind(method);
}

type Methods<Self> = {
  readonly [Name in keyof Self]: Self[Name] extends (...args: infer Args) => infer Result
    ? (self: Self, ...args: Args) => Result
    : never;
};
