// Front: the handover of one host's place from the version that serves to a new one.
import type { ReloadReason, TakeoverEvent } from "../../boundary/events.ts";
import type { HandoverResult, HandoverState, PackedSessions } from "../../boundary/handover.ts";
import type { Host } from "../../boundary/host.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { Dispatcher } from "../dispatch/dispatcher.ts";
import type { IncarnationPorts } from "../incarnation/incarnation-ports.ts";
import type { Incarnation } from "../incarnation/incarnation.ts";
import { DrainingHost, type DrainingListener } from "./draining-host.ts";
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
    for (const draining of this.#leaving) if (draining.host.incarnation === incarnation) return draining;
    return null;
  }

  /** Starts a new version. Resolves with null when it serves, or with the reason, in one line, why it does not. */
  async start(incarnation: Incarnation, reason: ReloadReason): Promise<string | null> {
    const incoming = new IncomingHost(incarnation, this.#parts.front, this);
    this.#phase = { kind: "preparing", incoming, reason };
    return await incoming.outcome;
  }

  /** A turn of the front: `ms` have passed, or less. */
  watch(ms: number, limit: number): void {
    if (this.#incoming?.isStuck(ms, limit) === true) this.onRefused("it does not finish loading");
  }

  /** The new version can take over: from here on nothing is delivered until one of the versions serves. */
  onPrepared(): void {
    const phase = this.#phase;
    const old = this.#parts.dispatcher.pause();
    if (phase.kind !== "preparing" || old === null) return;
    this.#phase = { ...phase, kind: "pausing", old, pausedAt: this.#parts.front.time.clock.ticks() };
    this.proceed();
  }

  /** There is no takeover: the version that serves continues. */
  onRefused(problem: string): void {
    const phase = this.#phase;
    if (phase.kind === "none" || phase.kind === "confirming") return;
    if (phase.kind !== "preparing") this.#parts.dispatcher.resume(phase.old);
    this.#end(phase.incoming, problem);
    void phase.incoming.incarnation.stop();
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
    phase.old.handOver?.();
  }

  onSessionState(packed: PackedSessions): void {
    if (this.#phase.kind === "handingOver") this.#phase.incoming.receiveState(packed);
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
    void incoming.incarnation.stop();
    return incoming.incarnation.spec;
  }

  async stop(): Promise<void> {
    const [leaving, incoming] = [[...this.#leaving], this.#incoming];
    for (const draining of leaving) draining.end();
    if (this.#phase.kind === "confirming") this.#end(this.#phase.incoming, null);
    if (incoming !== null) this.#end(incoming, null);
    await Promise.all([...leaving.map(({ host }) => host.stop()), incoming?.incarnation.stop()]);
  }

  get #incoming(): IncomingHost | null {
    const phase = this.#phase;
    return phase.kind === "none" || phase.kind === "confirming" ? null : phase.incoming;
  }

  #takeOver({ incoming, old, pausedAt, reason }: AskedPhase, state: HandoverState): void {
    const { incarnation } = incoming;
    const { feed, time } = this.#parts.front;
    const event = incoming.takeoverEvent(state, reason);
    feed.promote(incarnation.number);
    this.count += 1;
    this.#parts.listener.onTakeover(incarnation, event);
    // At the end of this turn the new host has its takeover event: it waits for nothing here.
    time.loop.atTurnEnd(() => incoming.settle());
    this.#drain(old);
    this.#phase = { kind: "confirming", incoming, pausedAt };
    incoming.detach();
  }

  #drain(old: Host): void {
    const draining = new DrainingHost(old, this.#parts);
    this.#draining = draining;
    this.#leaving.add(draining);
    void draining.released.then(() => this.#draining === draining && (this.#draining = null));
    void draining.ended.then(() => this.#leaving.delete(draining));
    draining.endIfDone();
  }

  #end(incoming: IncomingHost, problem: string | null): void {
    this.#phase = NO_HANDOVER;
    incoming.detach();
    incoming.decide(problem);
  }
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
}

type HandoverPhase =
  | { readonly kind: "none" }
  /** The new version loads. */
  | { readonly kind: "preparing"; readonly incoming: IncomingHost; readonly reason: ReloadReason }
  /** Nothing is delivered; the last batch is in flight. */
  | (PausedPhase & { readonly kind: "pausing" })
  | AskedPhase
  /** The new version has taken over, and has not committed yet. */
  | { readonly kind: "confirming"; readonly incoming: IncomingHost; readonly pausedAt: number };

interface PausedPhase {
  readonly incoming: IncomingHost;
  readonly reason: ReloadReason;
  readonly old: Host;
  /** In monotonic time, ms. */
  readonly pausedAt: number;
}

/** The serving host has been asked to hand over. */
type AskedPhase = PausedPhase & { readonly kind: "handingOver" };

const NO_HANDOVER: HandoverPhase = { kind: "none" };

/** Whether a host can hand over while it serves. Two versions of a program cannot listen on the same port. */
export function canHandOver(spec: HostSpec, host: Host | null): boolean {
  const isProgram = spec.scripts.some(({ info }) => info.kind === "program");
  return !isProgram && host?.handOver !== undefined;
}
