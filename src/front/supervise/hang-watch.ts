import type { ScriptEvent } from "../../boundary/events.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { Host } from "../../boundary/host.ts";

/** Loading may take this long whatever the limit: a thread has to start on a busy machine first, ms. */
const LOADING = 10_000;

/** What a host is at, as far as its watch needs to know. */
export interface Watched {
  readonly host: Host;
  /** Without any progress for so long it hangs, ms; 0 is never. */
  readonly limit: number;
  readonly isLoading: boolean;
  /** Whether the front waits for it. */
  readonly isAwaited: boolean;
}

/**
 * Tells a host that hangs from one that works or rests. Time is counted in turns of the front, so that a laptop that
 * slept, or a front that stood still itself, blames nobody.
 */
export class HangWatch {
  #beat = -1;
  #stood = 0;

  /** The front has turned; `ms` have passed, or less. Answers for how long nothing has moved when that is too long. */
  check({ host, limit, isLoading, isAwaited }: Watched, ms: number): number | null {
    const beat = host.progress?.();
    if (beat === undefined || limit === 0) return null;
    if (beat !== this.#beat || !(isLoading || isAwaited || isAtWork(host))) {
      this.#beat = beat;
      this.#stood = 0;
      return null;
    }
    this.#stood += ms;
    return this.#stood >= (isLoading ? Math.max(limit, LOADING) : limit) ? this.#stood : null;
  }

  /** Another incarnation is watched from now on. */
  reset(): void {
    this.#beat = -1;
    this.#stood = 0;
  }
}

/** Whether it has something in hand: a handler, a tick, a timer. */
export function isAtWork(host: Host): boolean {
  return (host.inspect?.("").phase ?? "idle") !== "idle";
}

/** A cron job may take this long, ms. */
const JOB_LIMIT = 60_000;

/** The limit for what a host has in hand: cron jobs share a host with handlers that must be quick. */
export function limitFor(spec: HostSpec, limit: number, inHand: () => ScriptEvent | undefined): number {
  if (limit === 0 || !spec.scripts.some(({ info }) => info.kind === "cron")) return limit;
  return inHand()?.kind === "run" ? Math.max(limit, JOB_LIMIT) : limit;
}
