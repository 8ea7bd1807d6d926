// Host: what passes between a server and its watch thread: memory that both see, and few messages.
import type { MessagePort } from "node:worker_threads";

/** What the watch thread starts with. */
export interface WatchInit {
  /** The memory of the `SIGNALS`. */
  readonly signals: SharedArrayBuffer;
  /** Brings orders; takes reports. */
  readonly port: MessagePort;
}

/** The cells of the memory that the server and its watch share. */
export const SIGNALS = {
  /** Raised by each order that the server posts. */
  orders: 0,
  /** Raised by the server while its loop turns. */
  serverTurns: 1,
  /** 1 while a debugger is attached: nothing counts then. */
  debugged: 2,
  /** After this long without a turn the process ends, ms; 0 is never. */
  standLimit: 3,
} as const;

export const SIGNAL_BYTES = 4 * Int32Array.BYTES_PER_ELEMENT;

/** The cells of the memory that a host's front and the watch share. The host does not see it. */
export const PLACE = {
  /** 1 while the front waits for the host. */
  awaited: 0,
  /** 1 when the host has ended: nothing of it is read after that. */
  left: 1,
  /** The memory that the host uses, in KiB, as the watch last saw it. */
  usedKib: 2,
} as const;

export const PLACE_BYTES = 3 * Int32Array.BYTES_PER_ELEMENT;

/** A message to the watch. */
export type WatchOrder =
  | { readonly kind: "add"; readonly place: WatchedPlace }
  | { readonly kind: "remove"; readonly id: number }
  /** The line that is written to the standard error stream before the watch ends the process. */
  | { readonly kind: "lastLine"; readonly text: string };

/** A host that is watched. */
export interface WatchedPlace {
  readonly id: number;
  readonly cells: SharedArrayBuffer;
  readonly source: ThreadSource | ProcessSource;
  /** After this long without progress the watch reports it, ms; 0 is never. */
  readonly hangLimit: number;
  /** Over this many bytes of memory the watch reports it. */
  readonly memoryLimit: number;
}

/** A thread: its progress record is shared memory. */
export interface ThreadSource {
  readonly progress: SharedArrayBuffer;
}

/** A process: its progress record is an open file. */
export interface ProcessSource {
  readonly progressFile: number;
  readonly pid: number;
}

/** A message from the watch: `value` is in ms, or in bytes. */
export interface WatchReport {
  readonly id: number;
  readonly kind: "stands" | "memory";
  readonly value: number;
}
