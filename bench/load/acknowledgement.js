import { clientFrame } from "./frames.js";
import { controlFrame } from "./protocols.js";

/** As the protocol asks for it. */
const EVERY_BYTES = 65_536;
const EVERY_MS = 1000;

/** More than the control frames of a measurement take: their bytes are counted with those of messages. */
export const CONTROL_BYTES = 4096;

/** What a client of `parlor.v1` has received, from the bytes that it has counted: never more than that. */
export class Acknowledgement {
  #length = 0;
  /** Messages before this count of bytes. */
  #base = 0;
  #sentBytes = 0;
  #sentAt = 0;
  #last = 0;

  /** A count of bytes starts again, at messages of `length` bytes. */
  start(length, bytes) {
    if (this.#length > 0) this.#base += this.#messagesIn(bytes);
    this.#length = length;
    this.#sentBytes = 0;
  }

  /** The frame that is due, or null. */
  due(bytes) {
    if (bytes - this.#sentBytes < EVERY_BYTES && performance.now() - this.#sentAt < EVERY_MS) return null;
    this.#sentBytes = bytes;
    this.#sentAt = performance.now();
    const received = this.#base + this.#messagesIn(bytes);
    if (received <= this.#last) return null;
    this.#last = received;
    return clientFrame(controlFrame({ type: "ack", received }), { binary: true });
  }

  #messagesIn(bytes) {
    return Math.floor(Math.max(0, bytes - CONTROL_BYTES) / this.#length);
  }
}
