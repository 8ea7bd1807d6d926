// Host: what a thread starts with: its spec, its ends of the ports, and the memory that it shares with its front.
import { workerData } from "node:worker_threads";
import type { HostSpec } from "../../../boundary/host-spec.ts";
import type { ThreadEnds } from "./thread-link.ts";

/** The worker data of a thread, until the thread has taken it. */
export interface ThreadInit {
  readonly spec: HostSpec;
  /** The memory of its `ProgressRecord`. */
  readonly progress: SharedArrayBuffer;
  /** How many commits the front has applied, and commits of ticks: two numbers of 32 bits. */
  readonly applied: SharedArrayBuffer;
  readonly ends: ThreadEnds;
}

/** Takes it out of `workerData`, which a script can import. */
export function takeInit(): ThreadInit {
  const data = workerData as Record<string, unknown>;
  const init = { ...data } as unknown as ThreadInit;
  for (const name of Object.keys(data)) delete data[name];
  return init;
}

/** The places of the numbers in `applied`. */
export const COMMITS = 0;
export const TICKS = 1;
