// Front: watches the host that serves: whether it may rest, is awaited, or hangs.
import type { ScriptEvent } from "../../boundary/events.ts";
import type { Host } from "../../boundary/host.ts";
import { defaultBounds } from "../../boundary/host-spec.ts";
import type { Dispatcher } from "../dispatch/dispatcher.ts";
import type { HandoverCoordinator } from "../handover/handover-coordinator.ts";
import { hangs, hasWork, limitFor } from "../incarnation/hang-watch.ts";
import type { SlotSessions } from "../incarnation/incarnation-ports.ts";
import type { CurrentHost } from "./current-host.ts";
import { IdleWatch, keepsNothing } from "./idle-watch.ts";

/** It decides nothing without the front's knowledge: the watch thread sees only that a host stands still. */
export class ServingWatch {
  readonly #current: CurrentHost;
  readonly #parts: ServingWatchParts;
  readonly #idle: IdleWatch;

  constructor(current: CurrentHost, parts: ServingWatchParts) {
    this.#current = current;
    this.#parts = parts;
    this.#idle = new IdleWatch((current.spec.bounds ?? defaultBounds).idleLimit);
  }

  /** A turn of the front: `ms` have passed, or less. */
  turn(ms: number): void {
    const { host, state } = this.#current;
    if (host === null) return;
    if (this.#idle.check(this.#mayRest, ms)) return this.#current.rest();
    host.expect?.(this.#isAwaited || state.kind === "starting");
  }

  /** Whether a host whose progress has not moved for `ms` hangs. */
  hangs(host: Host, ms: number): boolean {
    const { incarnation, spec, state } = this.#current;
    const limit = limitFor(spec, () => this.#running(host));
    // Among a hundred threads that start, one may wait long for its first turn: its script is not at fault.
    const isLoading = state.kind === "starting" || (incarnation?.hasCommitted === false && !hasWork(host));
    return hangs({ host, limit, isLoading, isAwaited: this.#isAwaited }, ms);
  }

  get #mayRest(): boolean {
    const { spec, state } = this.#current;
    const { dispatcher, handover, sessions } = this.#parts;
    const isQuiet = state.kind === "serving" && !handover.isUnderWay && handover.draining === null;
    return isQuiet && dispatcher.isIdle && keepsNothing(spec) && sessions.population() === 0;
  }

  get #isAwaited(): boolean {
    return this.#parts.dispatcher.isInFlight || this.#parts.handover.isAsked;
  }

  #running(host: Host): ScriptEvent | undefined {
    return this.#parts.dispatcher.delivered(host.inspect?.("").event ?? 0);
  }
}

interface ServingWatchParts {
  readonly dispatcher: Dispatcher;
  readonly handover: HandoverCoordinator;
  readonly sessions: SlotSessions;
}
