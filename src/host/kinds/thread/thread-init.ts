// Host: what a thread starts with: its spec, and the memory that it shares with its front.
import type { MessagePort } from "node:worker_threads";
import type { HostSpec } from "../../../boundary/host-spec.ts";

/** The worker data of a thread. */
export interface ThreadInit {
  readonly spec: HostSpec;
  /** The memory of its `ProgressRecord`. */
  readonly progress: SharedArrayBuffer;
  /** Raised by the front after each message: it wakes a thread that blocks. */
  readonly wakeSignal: SharedArrayBuffer;
  /** The number of commits of ticks that the front has applied. */
  readonly ackedTicks: SharedArrayBuffer;
  /** Brings the replies that a thread blocks for. */
  readonly replies: MessagePort;
}
