// Front: the handover of one host's place from the version that serves to a new one.
import type { ReloadReason, TakeoverEvent } from "../../boundary/events.ts";
import type { HandoverResult, HandoverState, PackedSessions } from "../../boundary/handover.ts";
import type { Host } from "../../boundary/host.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { Dispatcher } from "../dispatch/dispatcher.ts";
import type { IncarnationPorts } from "../incarnation/incarnation-ports.ts";
import type { Incarnation } from "../incarnation/incarnation.ts";
import type { Departure } from "./departure.ts";
import { DrainingHost, type DrainingListener } from "./draining-host.ts";
import { FINISH_LIMIT, FinishingHost, type FinishCut } from "./finishing-host.ts";
import type { HostRole } from "../incarnation/host-message-router.ts";
import { IncomingHost, type IncomingListener } from "./incoming-host.ts";

/**
 * The new version is prepared beside the one that serves. Then nothing is delivered until the last batch is
 * acknowledged and the serving host has handed over its state: the new one takes over between two batches.
 */
export class HandoverCoordinator implements IncomingListener {
  /** How many handovers have succeeded. */
  count = 0;
  /** For how long nothing was handled in the last handover, ms. */
  lastPause = 0;
  readonly #parts: CoordinatorParts;
  #phase: HandoverPhase = NO_HANDOVER;
  #draining: DrainingHost | null = null;
  /** All previous hosts that have not ended: those too that have only runs of jobs left. */
  readonly #leaving = new Set<DrainingHost>();
  /** Hosts that run `onStop` of their scripts. */
  readonly #finishing = new Set<FinishingHost>();

  constructor(parts: CoordinatorParts) {
    this.#parts = parts;
  }

  /** Whether a new version is about to take over. */
  get isUnderWay(): boolean {
    return this.#incoming !== null;
  }

  /** Whether the serving host has been asked to hand over and has not done so yet. */
  get isAsked(): boolean {
    return this.#phase.kind === "handingOver";
  }

  /** The previous host while it has pending handlers. */
  get draining(): DrainingHost | null {
    return this.#draining;
  }

  /** Resolves when the previous handover is over; undefined when it is. */
  get previous(): Promise<unknown> | undefined {
    if (this.#draining !== null) return this.#draining.released;
    return this.#phase.kind === "confirming" ? this.#phase.incoming.outcome : undefined;
  }

  /** The role of an incarnation that does not serve. */
  roleOf(incarnation: number): HostRole | null {
    const incoming = this.#incoming;
    if (incoming?.incarnation.number === incarnation) return incoming;
    for (const finishing of this.#finishing) if (finishing.host.incarnation === incarnation) return finishing;
    for (const draining of this.#leaving) if (draining.host.incarnation === incarnation) return draining;
    return null;
  }

  /** Runs `onStop` of a host's scripts, within `limit` ms, and stops it. */
  readonly finish = async (host: Host, limit = FINISH_LIMIT): Promise<void> => {
    const finishing = new FinishingHost(host, this.#parts.front, {
      limit,
      onCut: (cut) => this.#parts.listener.onFinishCut(cut),
    });
    this.#finishing.add(finishing);
    await finishing.ended;
    this.#finishing.delete(finishing);
  };

  /** Ends all hosts that have been replaced, within `limit` ms. */
  async finishLeaving(limit: number): Promise<void> {
    for (const draining of [...this.#leaving]) draining.end();
    const late = new Promise<void>((resolve) => this.#parts.front.time.clock.after(limit, resolve));
    await Promise.race([late, Promise.all(Array.from(this.#finishing, ({ ended }) => ended))]);
  }

  /** Resolves when all previous hosts have ended. */
  async ended(): Promise<void> {
    await Promise.all(Array.from(this.#leaving, ({ ended }) => ended));
  }

  /** Whether a session that drains goes to another host afterwards. */
  takesAway(session: SessionRef): boolean {
    for (const draining of this.#leaving) if (draining.takesAway(session)) return true;
    return false;
  }

  /** Starts a new version. Resolves with null when it serves, or with the reason, in one line, why it does not. */
  async start(incarnation: Incarnation, { reason, departure }: HandoverTask): Promise<string | null> {
    const incoming = new IncomingHost(incarnation, this.#parts.front, { listener: this, departure });
    this.#phase = { kind: "preparing", incoming, reason, departure };
    return await incoming.outcome;
  }

  /** A turn of the front: `ms` have passed, or less. */
  watch(ms: number): void {
    if (this.#incoming?.isStuck(ms) === true) this.onRefused("it does not finish loading");
  }

  /** The new version can take over: from here on nothing is delivered until one of the versions serves. */
  onPrepared(): void {
    const phase = this.#phase;
    const old = this.#parts.dispatcher.pause();
    if (phase.kind !== "preparing") return;
    const pausedAt = this.#parts.front.time.clock.ticks();
    if (old === null) return this.#takeOver({ ...phase, kind: "handingOver", old, pausedAt }, NOTHING_LEFT);
    this.#phase = { ...phase, kind: "pausing", old, pausedAt };
    this.proceed();
  }

  /** Scripts of the new version have failed to start: it takes over if they fail in the version that serves, too. */
  onFailing(problem: string, scripts: readonly string[]): void {
    if (!this.#parts.listener.failsAlready(scripts)) this.onRefused(problem);
  }

  /** There is no takeover: the version that serves continues. */
  onRefused(problem: string): void {
    const phase = this.#phase;
    if (phase.kind === "none" || phase.kind === "confirming") return;
    if (phase.kind !== "preparing" && phase.old !== null) this.#parts.dispatcher.resume(phase.old);
    this.#end(phase.incoming, problem);
    this.#discard(phase.incoming);
  }

  /** The new version has died. A host that has been asked may have handed over already: it restarts, as after a crash. */
  onIncomingDied(problem: string): void {
    const wasAsked = this.isAsked;
    this.onRefused(problem);
    if (wasAsked) this.#parts.listener.onServingLost();
  }

  /** The serving host has acknowledged a batch: when it was the last one, it is asked to hand over. */
  proceed(): void {
    const phase = this.#phase;
    if (phase.kind !== "pausing" || this.#parts.dispatcher.isInFlight) return;
    this.#phase = { ...phase, kind: "handingOver" };
    phase.incoming.sync.catchUp();
    phase.old?.handOver?.();
  }

  onSessionState(packed: PackedSessions): void {
    if (this.#phase.kind !== "handingOver") return;
    this.#phase.departure?.add(packed);
    this.#phase.incoming.receiveState(packed);
  }

  onHandedOver(result: HandoverResult): void {
    if (this.#phase.kind !== "handingOver") return;
    if ("refusal" in result) this.onRefused(result.refusal);
    else this.#takeOver(this.#phase, result.state);
  }

  /** The new version has committed, or crashed: either way it has taken over. */
  confirm(): void {
    if (this.#phase.kind !== "confirming") return;
    const { incoming, pausedAt } = this.#phase;
    this.#phase = NO_HANDOVER;
    incoming.settle();
    this.lastPause = this.#parts.front.time.clock.ticks() - pausedAt;
    incoming.decide(null);
  }

  /** The serving host has died. Returns the spec of the version that was about to take over, if any. */
  abandon(): HostSpec | null {
    const incoming = this.#incoming;
    if (incoming === null) return null;
    this.#end(incoming, null);
    this.#discard(incoming);
    return incoming.incarnation.spec;
  }

  async stop(): Promise<void> {
    const [leaving, incoming] = [[...this.#leaving], this.#incoming];
    for (const draining of leaving) draining.end();
    for (const finishing of this.#finishing) finishing.cut();
    if (this.#phase.kind === "confirming") this.#end(this.#phase.incoming, null);
    if (incoming !== null) this.#end(incoming, null);
    await Promise.all([...leaving.map(({ host }) => host.stop()), incoming?.incarnation.stop()]);
  }

  get #incoming(): IncomingHost | null {
    const phase = this.#phase;
    return phase.kind === "none" || phase.kind === "confirming" ? null : phase.incoming;
  }

  #takeOver({ incoming, old, pausedAt, reason, departure }: AskedPhase, state: HandoverState): void {
    const { incarnation } = incoming;
    const { feed, time } = this.#parts.front;
    const event = incoming.takeoverEvent(state, reason);
    feed.promote(incarnation.number);
    this.count += 1;
    departure?.depart(this.#parts.dispatcher, state, reason);
    this.#parts.listener.onTakeover(incarnation, event);
    // At the end of this turn the new host has its takeover event: it waits for nothing here.
    time.loop.atTurnEnd(() => incoming.settle());
    if (old !== null) this.#drain(old, departure);
    this.#phase = { kind: "confirming", incoming, pausedAt };
    incoming.detach();
  }

  #drain(old: Host, departure: Departure | null): void {
    const draining = new DrainingHost(old, { ...this.#parts, departure, finish: this.finish });
    this.#draining = draining;
    this.#leaving.add(draining);
    void draining.released.then(() => this.#draining === draining && (this.#draining = null));
    void draining.ended.then(() => this.#leaving.delete(draining));
    draining.endIfDone();
  }

  #discard({ hasStarted, incarnation }: IncomingHost): void {
    if (hasStarted && incarnation.host !== null) void this.finish(incarnation.host);
    else void incarnation.stop();
  }

  #end(incoming: IncomingHost, problem: string | null): void {
    this.#phase = NO_HANDOVER;
    incoming.detach();
    incoming.decide(problem);
  }
}

/** What a handover is for. */
export interface HandoverTask {
  readonly reason: ReloadReason;
  /** Takes sessions to other hosts, where their scripts run from now on; null when all stay. */
  readonly departure: Departure | null;
}

export interface CoordinatorParts {
  readonly front: IncarnationPorts;
  readonly dispatcher: Dispatcher;
  readonly listener: CoordinatorListener;
}

/** Is notified of the steps of a handover. */
export interface CoordinatorListener extends DrainingListener {
  /** The new incarnation serves from now on; `event` is its first event. */
  onTakeover(incarnation: Incarnation, event: TakeoverEvent): void;
  /** The serving host may have handed over to a version that has died: it must be restarted. */
  onServingLost(): void;
  /** A host has ended before `onStop` of its scripts had finished. */
  onFinishCut(cut: FinishCut): void;
  /** Whether all of these scripts have failed to start on the host that serves. */
  failsAlready(scripts: readonly string[]): boolean;
}

type HandoverPhase =
  | { readonly kind: "none" }
  /** The new version loads. */
  | ({ readonly kind: "preparing"; readonly incoming: IncomingHost } & HandoverTask)
  /** Nothing is delivered; the last batch is in flight. */
  | (PausedPhase & { readonly kind: "pausing" })
  | AskedPhase
  /** The new version has taken over, and has not committed yet. */
  | { readonly kind: "confirming"; readonly incoming: IncomingHost; readonly pausedAt: number };

interface PausedPhase extends HandoverTask {
  readonly incoming: IncomingHost;
  /** Null when no host has served. */
  readonly old: Host | null;
  /** In monotonic time, ms. */
  readonly pausedAt: number;
}

/** The serving host has been asked to hand over. */
type AskedPhase = PausedPhase & { readonly kind: "handingOver" };

const NOTHING_LEFT: HandoverState = { scripts: [], draining: [] };

const NO_HANDOVER: HandoverPhase = { kind: "none" };

/** Whether a host can hand over while it serves. Two versions of a program cannot listen on the same port. */
export function canHandOver(spec: HostSpec, host: Host | null): boolean {
  return !isProgramHost(spec) && host?.handOver !== undefined;
}

export function isProgramHost({ scripts }: HostSpec): boolean {
  return scripts.some(({ info }) => info.kind === "program");
}
