// Front: bounds the connections of all ports together, so that descriptors are left for files, threads and processes.
import type { Socket } from "node:net";
import { addressOf } from "../http/proxy-trust.ts";
import type { LimitName } from "../limits/limit-counts.ts";

/**
 * A connection beyond the limit ends at once. Without the limit, connections could take the last descriptor: then no
 * thread starts, no file is read, and no host can be restarted.
 */
export class ConnectionBudget {
  readonly #limits: BudgetLimits;
  readonly #listener: ConnectionBudgetListener;
  /** The connections of each address, if they are limited. */
  readonly #byAddress = new Map<string, number>();
  #open = 0;

  constructor(limits: BudgetLimits, listener: ConnectionBudgetListener) {
    this.#limits = limits;
    this.#listener = listener;
  }

  /** Whether there is room for one more, whichever side opens it. */
  get hasRoom(): boolean {
    return this.#open < this.#limits.all();
  }

  /** For a server's `connection` event. */
  readonly admit = (socket: Socket): void => {
    const { perAddress } = this.#limits;
    const address = addressOf(socket);
    if (!this.hasRoom) return this.#refuse(socket, "maxConnections", this.#limits.all());
    if (perAddress > 0 && (this.#byAddress.get(address) ?? 0) >= perAddress)
      return this.#refuse(socket, "maxConnectionsPerAddress", perAddress);
    this.#open += 1;
    socket.once("close", this.#release);
    if (perAddress === 0) return;
    this.#count(address, 1);
    socket.once("close", () => this.#count(address, -1));
  };

  /** For a server's `error` event while it listens: without a descriptor, a connection cannot be accepted. */
  readonly onError = (error: Error): void => this.#listener.onError(error);

  #refuse(socket: Socket, name: LimitName, limit: number): void {
    this.#listener.onLimit(name, limit, addressOf(socket));
    socket.destroy();
  }

  readonly #release = (): void => {
    this.#open -= 1;
  };

  #count(address: string, by: number): void {
    const count = (this.#byAddress.get(address) ?? 0) + by;
    if (count > 0) this.#byAddress.set(address, count);
    else this.#byAddress.delete(address);
  }
}

export interface BudgetLimits {
  /** How many connections may be open. */
  all(): number;
  /** How many of one address; 0 is without limit. */
  readonly perAddress: number;
}

/** Is notified of connections that are not accepted. */
export interface ConnectionBudgetListener {
  onLimit(name: LimitName, limit: number, address: string): void;
  onError(error: Error): void;
}

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
