// Front: finds clients that vanished without closing, by their silence.
import type { Clock, Timer } from "../../boundary/clock.ts";

/**
 * Any received byte is a sign of life. All sockets are checked at once, so that 10,000 idle ones need one timer. Checks
 * are counted in place of time, so that a pause of the whole process is not taken for the silence of its clients.
 */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #sockets: ReadonlyMap<unknown, HeartbeatSocket>;
  readonly #period: number;
  readonly #pingAt: number;
  readonly #cutAt: number;
  #timer: Timer | null = null;

  constructor(clock: Clock, options: HeartbeatOptions, sockets: ReadonlyMap<unknown, HeartbeatSocket>) {
    this.#clock = clock;
    this.#sockets = sockets;
    this.#period = Math.min(options.interval, options.timeout) / CHECKS;
    this.#pingAt = Math.ceil(options.interval / this.#period);
    this.#cutAt = this.#pingAt + Math.ceil(options.timeout / this.#period);
  }

  start(): void {
    this.#timer ??= this.#clock.after(this.#period, this.#checkAll);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  readonly #checkAll = (): void => {
    let hasSockets = false;
    for (const socket of this.#sockets.values()) {
      hasSockets = true;
      this.#check(socket);
    }
    this.#timer = null;
    if (hasSockets) this.start();
  };

  #check(socket: HeartbeatSocket): void {
    const bytes = socket.rawSocket.bytesRead;
    // While we pause reading, silence says nothing.
    if (bytes !== socket.bytesSeen || socket.rawSocket.isPaused()) {
      socket.bytesSeen = bytes;
      socket.silentChecks = 0;
      return;
    }
    socket.silentChecks++;
    if (socket.silentChecks === this.#pingAt) socket.ping();
    else if (socket.silentChecks === this.#cutAt) socket.terminate();
  }
}

/** A socket as the heartbeat needs it. */
export interface HeartbeatSocket {
  bytesSeen: number;
  silentChecks: number;
  readonly rawSocket: { readonly bytesRead: number; isPaused(): boolean };
  ping(): void;
  terminate(): void;
}

/** When a silent client is sent a ping, and when its connection is cut; in ms. */
export interface HeartbeatOptions {
  /** Silence after which a ping is sent. */
  readonly interval: number;
  /** Further silence after which the connection is cut. */
  readonly timeout: number;
}

/** How many checks fall into the shorter of the two times. */
const CHECKS = 8;
