// Front: frames that are written together.
/** All members of a room who get the same frames share one batch. */
export class FrameBatch {
  readonly frames: number;
  #buffers: readonly Buffer[];

  constructor(frames: number, buffers: readonly Buffer[]) {
    this.frames = frames;
    this.#buffers = buffers;
  }

  get bytes(): number {
    let bytes = 0;
    for (const buffer of this.#buffers) bytes += buffer.byteLength;
    return bytes;
  }

  writeTo(socket: RawSocket): void {
    const isWhole = this.#buffers.length === 1;
    if (!isWhole) socket.cork();
    for (const buffer of this.#buffers) socket.write(buffer);
    if (!isWhole) socket.uncork();
  }

  /** Copies its slices into one piece of memory. */
  join(): void {
    const joined = Buffer.allocUnsafeSlow(this.bytes);
    let at = 0;
    for (const buffer of this.#buffers) {
      joined.set(buffer, at);
      at += buffer.byteLength;
    }
    this.#buffers = [joined];
  }

  /**
   * Copies small slices. Must be called before the batch waits: 20 bytes that wait would otherwise keep a chunk of 128
   * KiB alive, and a slow reader one of every turn. The copy is shared by all sessions that wait.
   */
  detach(): void {
    if (!this.#buffers.every(fillsItsMemory)) this.join();
  }
}

/** A net.Socket, as the outbox needs it. */
export interface RawSocket {
  /** Bytes that the kernel has not taken yet. */
  readonly writableLength: number;
  write(data: Uint8Array): boolean;
  cork(): void;
  uncork(): void;
}

function fillsItsMemory(buffer: Buffer): boolean {
  return buffer.byteLength * 2 >= buffer.buffer.byteLength;
}
