// Front: detects that a host makes no progress although it has something to do.
import type { ScriptEvent } from "../../boundary/events.ts";
import type { Host } from "../../boundary/host.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";

/** Time is counted in turns of the front: a laptop that slept, or a front that stood still, puts no host at fault. */
export class HangWatch {
  #progress = -1;
  #stood = 0;

  /** A turn of the front: `ms` have passed, or less. Returns for how long nothing has moved, if that is too long. */
  check({ host, limit, isLoading, isAwaited }: Watched, ms: number): number | null {
    const progress = host.progress?.();
    if (progress === undefined || limit === 0) return null;
    if (progress !== this.#progress || !(isLoading || isAwaited || hasWork(host))) {
      this.#progress = progress;
      this.#stood = 0;
      return null;
    }
    this.#stood += ms;
    return this.#stood >= (isLoading ? Math.max(limit, LOADING_LIMIT) : limit) ? this.#stood : null;
  }

  /** Another incarnation is watched from now on, or the same one for another reason. */
  reset(): void {
    this.#progress = -1;
    this.#stood = 0;
  }
}

/** The state of a host, as far as its watch needs it. */
export interface Watched {
  readonly host: Host;
  /** Without any progress for this long it hangs, ms; 0 is never. */
  readonly limit: number;
  readonly isLoading: boolean;
  /** Whether the front waits for it. */
  readonly isAwaited: boolean;
}

/** Whether it is in a handler, a tick or a timer. */
export function hasWork(host: Host): boolean {
  return (host.inspect?.("").phase ?? "idle") !== "idle";
}

/** The limit for the event that a host handles: cron jobs share a host with handlers that must be quick. */
export function limitFor(spec: HostSpec, limit: number, current: () => ScriptEvent | undefined): number {
  if (limit === 0 || !spec.scripts.some(({ info }) => info.kind === "cron")) return limit;
  return current()?.kind === "run" ? Math.max(limit, JOB_LIMIT) : limit;
}

/** Why a host that hangs has ended. */
export function hangReason(stood: number): string {
  return `no progress for ${(stood / 1000).toFixed(1)} s (hangLimit)`;
}

/** A host may load for at least this long, whatever the limit: on a busy machine the thread has to start first, ms. */
export const LOADING_LIMIT = 10_000;

/** A cron job may take this long, ms. */
const JOB_LIMIT = 60_000;
