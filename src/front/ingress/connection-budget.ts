// Front: bounds the connections of all ports together, so that descriptors are left for files, threads and processes.
import type { Socket } from "node:net";

/**
 * A connection beyond the limit ends at once. Without the limit, connections could take the last descriptor: then no
 * thread starts, no file is read, and no host can be restarted.
 */
export class ConnectionBudget {
  readonly #limit: () => number;
  readonly #listener: ConnectionBudgetListener;
  #open = 0;
  #isFull = false;

  /** `limit`: how many connections may be open. */
  constructor(limit: () => number, listener: ConnectionBudgetListener) {
    this.#limit = limit;
    this.#listener = listener;
  }

  /** For a server's `connection` event. */
  readonly admit = (socket: Socket): void => {
    const limit = this.#limit();
    if (this.#open >= limit) return this.#refuse(socket, limit);
    this.#open += 1;
    socket.once("close", this.#release);
  };

  /** For a server's `error` event while it listens: without a descriptor, a connection cannot be accepted. */
  readonly onError = (error: Error): void => this.#listener.onError(error);

  // One report for each time that it is full: the connections come from clients, who could fill the log.
  #refuse(socket: Socket, limit: number): void {
    socket.destroy();
    if (!this.#isFull) this.#listener.onFull(limit);
    this.#isFull = true;
  }

  readonly #release = (): void => {
    this.#open -= 1;
    if (this.#open < this.#limit() * EASED) this.#isFull = false;
  };
}

/** Is notified of connections that are not accepted. */
export interface ConnectionBudgetListener {
  onFull(limit: number): void;
  onError(error: Error): void;
}

/** Below this share of the limit it is not full any more. */
const EASED = 0.9;

/** How many connections leave enough descriptors for a server with this many scripts. `descriptors`: null for no limit. */
export function connectionLimit(descriptors: number | null, scripts: number): number {
  if (descriptors === null) return Infinity;
  const forFiles = Math.min(MOST_FILES, Math.floor(descriptors / 8));
  const reserve = OWN + forFiles + scripts * PER_SCRIPT;
  return Math.max(Math.floor(descriptors / 4), descriptors - reserve);
}

/** Descriptors of the server itself: its ports, its files, the bundler, the watch over a folder. */
const OWN = 64;

/** Descriptors of a script: its thread, and the next version's thread beside it. */
const PER_SCRIPT = 8;

/** Descriptors for the files that are sent, and for what scripts open, at most. */
const MOST_FILES = 1024;
