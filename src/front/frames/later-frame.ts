// Front: a frame that is compressed on another thread. Until then it counts as long as it is uncompressed.
/** Shared by all sessions that it waits for. */
export class LaterFrame {
  /** Bytes that it counts for. */
  byteLength: number;
  /** Null until it has been compressed. */
  frame: Uint8Array | null = null;
  /** Is done when it is there. */
  readonly actions: (() => void)[] = [];
  #plain: Buffer | null;

  constructor(plain: Buffer) {
    this.byteLength = plain.length;
    this.#plain = plain;
  }

  /** The frame as it is; until it has been compressed. */
  get plain(): Buffer {
    if (this.#plain === null) throw new Error("a frame was compressed twice");
    return this.#plain;
  }

  resolve(frame: Uint8Array): void {
    this.#plain = null;
    this.frame = frame;
    this.byteLength = frame.byteLength;
    for (const action of this.actions.splice(0)) action();
  }
}
