// Front: compresses large frames on the threads of zlib, a few at a time.
import { availableParallelism } from "node:os";
import { constants, deflateRaw } from "node:zlib";
import { compressedFrame, payloadOf } from "./compressed-frame.ts";
import { LaterFrame } from "./later-frame.ts";

/** Frames are compressed in the order in which they come. */
export class CompressionQueue {
  readonly #waiting: LaterFrame[] = [];
  #running = 0;
  /** Of all frames that wait or are being compressed. */
  #bytes = 0;

  /** Null when so much waits that the frame is sent as it is. The frame must have its own memory. */
  add(frame: Buffer): LaterFrame | null {
    if (this.#bytes > MOST_BYTES) return null;
    const later = new LaterFrame(frame);
    this.#bytes += frame.length;
    this.#waiting.push(later);
    this.#start();
    return later;
  }

  #start(): void {
    while (this.#running < MOST_AT_ONCE) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#running += 1;
      this.#compress(next);
    }
  }

  #compress(later: LaterFrame): void {
    const { plain } = later;
    const payload = payloadOf(plain);
    const chunkSize = Math.min(payload.length, LARGEST_CHUNK);
    deflateRaw(payload, { finishFlush: constants.Z_SYNC_FLUSH, chunkSize }, (error, deflated) => {
      this.#running -= 1;
      this.#bytes -= plain.length;
      this.#start();
      later.resolve(error === null ? (compressedFrame(plain, deflated) ?? plain) : plain);
    });
  }
}

/** Of the four threads of Node's pool, one is left for files; of the cores, one for the sockets. */
const MOST_AT_ONCE = Math.max(1, Math.min(3, availableParallelism() - 1));

/** About 0.2 s of work. What comes beyond is sent sooner as it is. */
const MOST_BYTES = 8 * 1_048_576;

/** Each chunk of output is a turn of this thread, so most frames have one. */
const LARGEST_CHUNK = 1_048_576;
