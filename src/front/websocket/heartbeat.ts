import type { Clock, Timer } from "../../boundary/clock.ts";

/** A socket as the heartbeat sees it. */
export interface Beating {
  bytesHeard: number;
  silence: number;
  readonly rawSocket: { readonly bytesRead: number; isPaused(): boolean };
  ping(): void;
  terminate(): void;
}

/** When a silent client is asked, and when it is given up; milliseconds. */
export interface HeartbeatOptions {
  /** Silence after which a ping is sent. */
  readonly interval: number;
  /** Silence after a ping after which the connection is cut. */
  readonly timeout: number;
}

// How many looks fall into the shorter of the two times.
const LOOKS = 8;

/**
 * Finds clients that are gone without a word. Any received byte is a sign of life. It looks at all sockets at once, so
 * that 10,000 idle ones need one timer; and it counts looks in place of time, so that after a pause of the whole
 * process nobody is blamed.
 */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #sockets: () => Iterable<Beating>;
  readonly #period: number;
  readonly #asksAt: number;
  readonly #cutsAt: number;
  #timer: Timer | null = null;

  constructor(clock: Clock, options: HeartbeatOptions, sockets: () => Iterable<Beating>) {
    this.#clock = clock;
    this.#sockets = sockets;
    this.#period = Math.min(options.interval, options.timeout) / LOOKS;
    this.#asksAt = Math.ceil(options.interval / this.#period);
    this.#cutsAt = this.#asksAt + Math.ceil(options.timeout / this.#period);
  }

  start(): void {
    this.#timer ??= this.#clock.after(this.#period, () => this.#look());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #look(): void {
    let isAnybodyThere = false;
    for (const socket of this.#sockets()) {
      isAnybodyThere = true;
      this.#lookAt(socket);
    }
    this.#timer = null;
    if (isAnybodyThere) this.start();
  }

  #lookAt(socket: Beating): void {
    const bytes = socket.rawSocket.bytesRead;
    // What we do not read cannot be a sign of life.
    if (bytes !== socket.bytesHeard || socket.rawSocket.isPaused()) {
      socket.bytesHeard = bytes;
      socket.silence = 0;
      return;
    }
    socket.silence++;
    if (socket.silence === this.#asksAt) socket.ping();
    else if (socket.silence === this.#cutsAt) socket.terminate();
  }
}
