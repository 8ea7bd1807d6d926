/** What the outbox asks of a net.Socket. */
export interface RawSocket {
  /** Bytes that the kernel has not taken yet. */
  readonly writableLength: number;
  write(data: Uint8Array): boolean;
  cork(): void;
  uncork(): void;
}

/** Frames that leave together; all members of a room who see the same share one sheaf. */
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

  writeTo(wire: RawSocket): void {
    const isWhole = this.#buffers.length === 1;
    if (!isWhole) wire.cork();
    for (const buffer of this.#buffers) wire.write(buffer);
    if (!isWhole) wire.uncork();
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
   * To be called before it has to wait: 20 bytes that wait would otherwise hold a whole chunk of everybody's frames,
   * and a reader that is slow for long one of every turn. The copy is shared by all who wait.
   */
  detach(): void {
    if (!this.#buffers.every(fillsItsMemory)) this.join();
  }
}

function fillsItsMemory(buffer: Buffer): boolean {
  return buffer.byteLength * 2 >= buffer.buffer.byteLength;
}
