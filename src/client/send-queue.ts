// Client: what the server has not confirmed, in order, and what has not been written.

/** A message or an envelope on its way. */
export interface Outgoing {
  /** A text message, or a binary frame with its first byte. */
  readonly data: string | Uint8Array<ArrayBuffer>;
  readonly bytes: number;
  /** The number of a request; 0 for another envelope; left out for a message. A plain route gets messages only. */
  readonly request?: number;
}

/** Frames in the order of their numbers: first those that were written once, then those that wait. */
export class SendQueue {
  readonly #frames: Outgoing[] = [];
  /** The number of the first frame. */
  #first = 0;
  /** How many were ever written, and how many on this connection. */
  #sent = 0;
  #written = 0;
  #bytes = 0;

  get size(): number {
    return this.#frames.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(frame: Outgoing): void {
    this.#frames.push(frame);
    this.#bytes += frame.bytes;
  }

  /** Writes what was not written on this connection. */
  flush(write: (data: Outgoing["data"]) => void): void {
    while (this.#written < this.#frames.length) {
      const { data } = this.#frames[this.#written++]!;
      this.#sent = Math.max(this.#sent, this.#written);
      write(data);
    }
  }

  /** Nothing that was written is kept, because the route does not resume and confirms nothing. */
  release(): void {
    this.confirm(this.#first + this.#sent);
  }

  /** Writes all on a plain route: messages only, and nothing is kept. */
  drain(write: (data: Outgoing["data"]) => void): void {
    for (const { data, request } of this.#take(this.#frames.length)) {
      if (request === undefined) write(typeof data === "string" ? data : data.subarray(1));
    }
  }

  /** The server has all frames below `number`. Returns false if that cannot be. */
  confirm(number: number): boolean {
    const count = number - this.#first;
    if (!(count >= 0 && count <= this.#sent)) return false;
    this.#take(count);
    this.#first = number;
    return true;
  }

  /** A connection that continues the session: the frames from `number` on are written again. Returns false if that cannot be. */
  resume(number: number): boolean {
    this.#written = 0;
    return this.confirm(number);
  }

  /** A fresh session. Frames that were written may have arrived, so they are not sent twice. Returns how many were messages. */
  restart(number: number): number {
    const lost = this.#take(this.#sent);
    this.#first = number;
    this.#written = 0;
    return lost.filter(({ request }) => request === undefined).length;
  }

  /** The numbers of the requests that are still here. */
  requests(): ReadonlySet<number> {
    return new Set(this.#frames.map(({ request = 0 }) => request));
  }

  clear(): void {
    this.#take(this.#frames.length);
  }

  #take(count: number): Outgoing[] {
    const taken = this.#frames.splice(0, count);
    for (const { bytes } of taken) this.#bytes -= bytes;
    this.#sent = Math.max(0, this.#sent - count);
    this.#written = Math.max(0, this.#written - count);
    return taken;
  }
}
