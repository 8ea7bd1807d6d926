// Front: decides whether a host that stands still hangs.
import type { ScriptEvent } from "../../boundary/events.ts";
import { isAtWork, type Host } from "../../boundary/host.ts";
import { defaultBounds, type HostSpec } from "../../boundary/host-spec.ts";

/** `stood`: for how long its progress has not moved, ms, as the watch thread counts it. */
export function hangs({ host, limit, isLoading, isAwaited }: Standing, stood: number): boolean {
  if (limit === 0 || waits(host) || !(isLoading || isAwaited || hasWork(host))) return false;
  return stood >= (isLoading ? Math.max(limit, LOADING_LIMIT) : limit);
}

/** What the front knows of a host that stands still. */
export interface Standing {
  readonly host: Host;
  /** Without any progress for this long it hangs, ms; 0 is never. */
  readonly limit: number;
  readonly isLoading: boolean;
  /** Whether the front waits for it. */
  readonly isAwaited: boolean;
}

/** Whether it is in a handler, a tick or a timer. */
export function hasWork(host: Host): boolean {
  return isAtWork(host.inspect?.("").phase ?? "idle");
}

/** Whether it waits for the front. */
function waits(host: Host): boolean {
  return host.inspect?.("").phase === "waiting";
}

/** The limit for the event that a host handles: cron jobs share a host with handlers that must be quick. */
export function limitFor(
  { scripts, bounds = defaultBounds }: HostSpec,
  current: () => ScriptEvent | undefined,
): number {
  const limit = bounds.hangLimit;
  if (limit === 0 || !scripts.some(({ info }) => info.kind === "cron")) return limit;
  return current()?.kind === "run" ? Math.max(limit, JOB_LIMIT) : limit;
}

/** Why a host that hangs has ended. */
export function hangReason(stood: number): string {
  return `no progress for ${(stood / 1000).toFixed(1)} s (hangLimit)`;
}

/** A host may load for at least this long, whatever the limit: on a busy machine the thread has to start first, ms. */
export const LOADING_LIMIT = 10_000;

/** A cron job may take this long, ms. */
export const JOB_LIMIT = 60_000;
