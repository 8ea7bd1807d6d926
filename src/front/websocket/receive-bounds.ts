// Front: bounds what clients send without completing a message: pings, and pieces of messages.
import type { Clock, Timer } from "../../boundary/clock.ts";
import { POLICY_VIOLATION } from "../../boundary/errors/close-codes.ts";
import type { LimitName } from "../limits/limit-counts.ts";
import type { SessionSocket } from "./session-socket.ts";
import { unfinishedBytes } from "./unfinished.ts";

/**
 * All sockets are looked at, twice a second: nothing is asked per message. What one socket can hold between two looks is
 * bounded by `ws`, which counts its bytes and its pieces.
 */
export class ReceiveBounds {
  readonly #clock: Clock;
  readonly #limits: ReceiveLimits;
  readonly #sockets: ReadonlyMap<unknown, SessionSocket>;
  readonly #onLimit: LimitListener;
  #timer: Timer | null = null;
  #looks = 0;

  constructor(
    clock: Clock,
    limits: ReceiveLimits,
    sockets: ReadonlyMap<unknown, SessionSocket>,
    onLimit: LimitListener,
  ) {
    this.#clock = clock;
    this.#limits = limits;
    this.#sockets = sockets;
    this.#onLimit = onLimit;
  }

  start(): void {
    this.#timer ??= this.#clock.after(LOOK_EVERY, this.#look);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** A ping or a pong has come. Returns false when it is one too many, and its socket is closed. */
  beat(socket: SessionSocket): boolean {
    const { maxPings } = this.#limits;
    if (socket.rawSocket.destroyed) return this.#endedByPings(socket);
    if (maxPings === 0 || ++socket.beats <= maxPings) return true;
    if (socket.beats > maxPings + 1) return false;
    this.#onLimit("maxPings", maxPings, socket);
    socket.fail(POLICY_VIOLATION, `more than ${maxPings} pings a second`);
    return false;
  }

  // `ws` has destroyed the connection while it read: too many pings came in one packet. The rest of them follows.
  #endedByPings(socket: SessionSocket): false {
    if (socket.beats !== Infinity) this.#onLimit("pingsAtOnce", MOST_AT_ONCE, socket);
    socket.beats = Infinity;
    return false;
  }

  readonly #look = (): void => {
    this.#timer = null;
    this.#looks += 1;
    if (this.#sockets.size > 0) this.start();
    const held: Held[] = [];
    for (const socket of this.#sockets.values()) {
      if (this.#looks % LOOKS_PER_SECOND === 0 && socket.beats <= this.#limits.maxPings) socket.beats = 0;
      const bytes = unfinishedBytes(socket);
      if (bytes > 0) held.push({ socket, bytes });
    }
    if (held.length > 0) this.#shed(held);
  };

  // The largest first, until the others hold no more than they may.
  #shed(held: Held[]): void {
    const { unfinishedBytes: most } = this.#limits;
    let total = held.reduce((sum, { bytes }) => sum + bytes, 0);
    held.sort((a, b) => b.bytes - a.bytes);
    for (const { socket, bytes } of held) {
      if (total <= most && bytes <= 2 * socket.maxPayload + SLACK) continue;
      total -= bytes;
      if (socket.fail(POLICY_VIOLATION, "too many unfinished messages"))
        this.#onLimit("unfinishedBytes", most, socket);
      // It would keep what it holds until its client has responded to the close.
      this.#clock.after(CLOSE_GRACE, () => socket.terminate());
    }
  }
}

export interface ReceiveLimits {
  /** Bytes that the unfinished messages of all sockets take; those that take most are closed with 1008 above it. Default 64 MiB. */
  readonly unfinishedBytes: number;
  /** Pings and pongs of one socket in a second; 1008 above; 0 is without limit. Default 100. */
  readonly maxPings: number;
}

export type LimitListener = (name: LimitName, limit: number, socket: SessionSocket) => void;

interface Held {
  readonly socket: SessionSocket;
  readonly bytes: number;
}

/** Pings in one packet: the default of `ws`, which bounds its pongs that are not sent. */
const MOST_AT_ONCE = 60;
/** ms. */
const LOOK_EVERY = 500;
const LOOKS_PER_SECOND = 2;
const CLOSE_GRACE = 2000;

/** What a message may take beside twice its size: pieces and reads that are larger than they need to be. */
const SLACK = 1_048_576;
