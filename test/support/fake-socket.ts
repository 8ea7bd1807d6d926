import type { Link } from "../../src/front/outbox/session-queue.ts";
import { decodeFrames, describeFrame, type ServerFrame } from "./server-frames.ts";

type Taken = (error?: Error | null) => void;

/**
 * A WebSocket without a network. It keeps the written buffers without a copy and decodes them when asked, so that a
 * test sees a buffer that was reused too early.
 */
export class FakeSocket implements Link {
  readyState = 1;
  writes = 0;
  terminated = false;
  /** The peer has stopped to read: everything written counts as unsent. */
  isStalled = false;
  readonly inflates: boolean;
  readonly written: Uint8Array[] = [];
  readonly rawSocket;
  readonly #waiting: Taken[] = [];
  #unsent = 0;
  #corks = 0;

  constructor(inflates = false) {
    this.inflates = inflates;
    const writable = () => this.#unsent;
    this.rawSocket = {
      get writableLength() {
        return writable();
      },
      writable: true,
      write: (data: Uint8Array, onTaken?: Taken) => this.#write(data, onTaken),
      cork: () => void this.#corks++,
      uncork: () => void (this.writes += --this.#corks === 0 ? 1 : 0),
    };
  }

  get pendingBytes(): number {
    return this.#unsent;
  }

  get frames(): ServerFrame[] {
    return decodeFrames(Buffer.concat(this.written));
  }

  /** Each frame that was written, as text. */
  get received(): string[] {
    return this.frames.map(describeFrame);
  }

  close(code: number, reason: string): void {
    const payload = Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]);
    this.#write(Buffer.concat([Buffer.from([0x88, payload.length]), payload]));
    this.readyState = 2;
  }

  terminate(): void {
    this.terminated = true;
    this.readyState = 3;
  }

  /** The peer reads again. */
  drain(): void {
    this.isStalled = false;
    this.#unsent = 0;
    for (const onTaken of this.#waiting.splice(0)) onTaken(null);
  }

  /** The peer has gone: what is unsent never arrives. */
  lose(): void {
    this.readyState = 3;
    this.rawSocket.writable = false;
    this.#unsent = 0;
    for (const onTaken of this.#waiting.splice(0)) onTaken(new Error("lost"));
  }

  #write(data: Uint8Array, onTaken?: Taken): boolean {
    if (data.byteLength > 0) this.#put(data);
    if (this.isStalled && onTaken !== undefined) this.#waiting.push(onTaken);
    else onTaken?.(null);
    return !this.isStalled;
  }

  #put(data: Uint8Array): void {
    if (this.readyState !== 1) throw new Error("written to a connection that is not open");
    this.written.push(data);
    if (this.#corks === 0) this.writes++;
    if (this.isStalled) this.#unsent += data.byteLength;
  }
}
