import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { PATIENCE_MS } from "../../support/patience.ts";
import { upgradeRequest } from "../../support/raw-socket.ts";
import { FrameScan } from "./frame-scan.ts";
import type { Victim } from "./victim.ts";

/** How the server ended a connection. */
export interface Ending {
  /** Of its close frame: 1005 for an empty one, null where there was none. */
  readonly code: number | null;
  readonly reason: string;
  /** The status of its HTTP response; null where there was none. */
  readonly status: number | null;
  /** From the call of `Attacker.dial` to the end, ms. */
  readonly ms: number;
}

/** One hostile TCP connection. It sends any bytes, reads or does not, and keeps little of what it receives. */
export class Attacker {
  readonly socket: Socket;
  /** Fulfilled when the connection is gone, from either side. */
  readonly ended: Promise<Ending>;
  /** Bytes that were received. */
  received = 0;
  readonly frames = new FrameScan();
  #head = "";
  #hasHead = false;
  #hasEnded = false;
  readonly #onHead: (() => void)[] = [];

  constructor(socket: Socket) {
    const start = performance.now();
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", () => undefined);
    this.ended = new Promise((resolve) =>
      socket.once("close", () => {
        this.#hasEnded = true;
        this.#settle();
        resolve({ ...this.#closing(), ms: performance.now() - start });
      }),
    );
    onTestFinished(() => void socket.destroy());
  }

  /** Resolves when the kernel has connected, which says nothing of the server. */
  static async dial({ port }: Victim): Promise<Attacker> {
    const attacker = new Attacker(connect({ port, host: "127.0.0.1", noDelay: true }));
    await new Promise<void>((resolve) => {
      attacker.socket.once("connect", resolve);
      attacker.socket.once("close", resolve);
    });
    return attacker;
  }

  /** Opens a WebSocket. Resolves with the response, or when the connection has ended. */
  static async upgrade(
    victim: Victim,
    headers: Readonly<Record<string, string | null>> = {},
    path = victim.path,
  ): Promise<Attacker> {
    const attacker = await Attacker.dial(victim);
    await attacker.write(upgradeRequest(path, headers));
    await attacker.response();
    return attacker;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Resolves when the kernel has taken the bytes; false when the connection has ended. */
  write(bytes: string | Uint8Array): Promise<boolean> {
    const { socket } = this;
    if (this.#hasEnded || !socket.writable) return Promise.resolve(false);
    const isTaken = socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
    if (isTaken) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (): void => {
        socket.off("drain", settle).off("close", settle);
        resolve(!this.#hasEnded);
      };
      socket.once("drain", settle).once("close", settle);
    });
  }

  /** Writes the same bytes again and again. Returns how often, until the connection ended or a bound was reached. */
  async flood(bytes: Uint8Array, { times = Infinity, ms = PATIENCE_MS }: FloodLimits = {}): Promise<number> {
    const end = performance.now() + ms;
    let written = 0;
    while (written < times && end > performance.now() && (await this.write(bytes))) {
      written += 1;
      if (written % 16 === 0) await new Promise(setImmediate);
    }
    return written;
  }

  /** The head of the server's response; what came of it if the connection ends before. */
  async response(): Promise<string> {
    if (!this.#hasHead && !this.#hasEnded)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PATIENCE_MS);
        this.#onHead.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    return this.#head;
  }

  /** The status of the response; null when there was none. */
  async status(): Promise<number | null> {
    await this.response();
    return this.#closing().status;
  }

  stopReading(): void {
    this.socket.pause();
  }

  /** Ends the connection with a RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  #take(chunk: Buffer): void {
    this.received += chunk.length;
    if (this.#hasHead) return this.frames.take(chunk);
    this.#head += chunk.toString("latin1");
    const end = this.#head.indexOf("\r\n\r\n");
    if (end < 0) return;
    const rest = Buffer.from(this.#head.slice(end + 4), "latin1");
    this.#head = this.#head.slice(0, end);
    this.#hasHead = true;
    // Of a plain HTTP response, no more than the head is of interest.
    if (this.#head.includes(" 101 ")) this.frames.take(rest);
    this.#settle();
  }

  #settle(): void {
    for (const resolve of this.#onHead.splice(0)) resolve();
  }

  #closing(): Omit<Ending, "ms"> {
    const { close } = this.frames;
    const status = /^HTTP\/1\.1 (\d{3})/.exec(this.#head)?.[1];
    return {
      code: close === null ? null : close.length < 2 ? 1005 : close.readUInt16BE(0),
      reason: close === null ? "" : close.toString("utf8", 2),
      status: status === undefined ? null : Number(status),
    };
  }
}

export interface FloodLimits {
  readonly times?: number;
  readonly ms?: number;
}
