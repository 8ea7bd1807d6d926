import type { SessionSnapshot } from "../../boundary/events.ts";
import type { HandoverState, HandoverResult, PackedSessions } from "../../boundary/handover.ts";
import type { FrontPorts } from "../supervise/front-ports.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import { forEachAttribute } from "../../boundary/packed-sessions.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { Commit } from "../../boundary/batch.ts";
import type { Host } from "../../boundary/host.ts";

/** Sessions that the new host is told of in one turn of the front. */
const SLICE = 200;

/** More sessions than this that have changed while they were told are told again before the swap, so many times. */
const FEW = 100;
const ROUNDS = 3;

/** A version that is to take over may load for this long at least, ms. */
const LOADING = 10_000;

type SwapFront = Pick<
  FrontPorts,
  "loop" | "sessions" | "snapshotsOf" | "watchSessions" | "unwatchSessions" | "refresh" | "apply" | "flush"
>;

/** What a swap needs of the supervisor and the front. */
export interface CoordinatorPorts {
  readonly front: SwapFront;
  /** The new host is ready: the one that serves is to give its place up, between two batches. */
  onPrepared(swap: HandoverCoordinator): void;
  /** It has: the new one takes over. */
  onRetired(takeOver: Takeover): void;
  /** The one that serves stays. */
  onRefused(problem: string): void;
}

/** All that the new host needs to be told at the moment of taking over. */
export interface Takeover {
  readonly state: HandoverState;
  readonly sessions: readonly SessionSnapshot[];
  /** Sessions that the new host was told of and that have ended since. */
  readonly ended: readonly SessionRef[];
}

/**
 * One version taking the place of another. The new host is started, told of the sessions in slices and loaded beside the
 * one that serves; only what has changed meanwhile is left for the moment between two batches in which they swap.
 */
export class HandoverCoordinator {
  readonly spec: HostSpec;
  readonly host: Host;
  readonly #ports: CoordinatorPorts;
  readonly #early: Commit[] = [];
  /** Sessions that the new host has been told of and that had not ended then. */
  readonly #told = new Set<SessionRef>();
  #gone: SessionRef[] = [];
  readonly #left: PackedSessions[] = [];
  #untold: SessionRef[] = [];
  #rounds = 0;
  #changed: ReadonlySet<SessionRef> = new Set();
  /** For how long the new host has been loading, in turns of the front, ms. */
  #loading = 0;
  isPrepared = false;
  /** Since when nothing is delivered, in monotonic time, ms. */
  pausedAt = 0;
  /** Resolves with null when the new version serves, or with the reason, in one line, why the old one still does. */
  readonly outcome: Promise<string | null>;
  #decide: (problem: string | null) => void = () => undefined;

  constructor(spec: HostSpec, host: Host, ports: CoordinatorPorts) {
    this.spec = spec;
    this.host = host;
    this.#ports = ports;
    this.outcome = new Promise((resolve) => (this.#decide = resolve));
  }

  onReady(): void {
    this.#changed = this.#ports.front.watchSessions();
    this.#untold = this.#ports.front.sessions();
    this.#tell();
  }

  onPrepared(problem: string | null): void {
    if (problem !== null) {
      this.#ports.onRefused(problem);
      return;
    }
    this.#rounds += 1;
    if (this.#changed.size > FEW && this.#rounds < ROUNDS) this.#tellChanged();
    else {
      this.isPrepared = true;
      this.#ports.onPrepared(this);
    }
  }

  onCommit(commit: Commit): void {
    this.#early.push(commit);
  }

  /** Nothing is delivered any more: what has changed until now is told, so that what is left comes on top of it. */
  onQuiet(): void {
    const changed = [...this.#changed];
    this.#changed = this.#ports.front.watchSessions();
    if (changed.length > 0) this.host.prepare?.(this.#adoptionsOf(changed), false);
  }

  /** The serving host leaves something: the new one takes it while there is more to come. */
  onLeft(left: PackedSessions): void {
    this.#left.push(left);
    this.host.receiveState?.(left);
  }

  /** The serving host has answered. */
  onRetired(retirement: HandoverResult): void {
    if ("refusal" in retirement) this.#ports.onRefused(retirement.refusal);
    else this.#ports.onRetired(this.#takeOver(retirement.legacy));
  }

  /** The new version serves: the front takes over, once, what the new host has inherited, and commanded while it loaded. */
  settle(): void {
    const { front } = this.#ports;
    this.#refresh();
    const early = this.#early.splice(0);
    for (const commit of early) front.apply(commit);
    if (early.length > 0) front.flush(false);
  }

  #refresh(): void {
    const { front } = this.#ports;
    for (const left of this.#left.splice(0))
      forEachAttribute(left, (session, key, value) => front.refresh(session, key, value));
  }

  /** A turn of the front. Answers whether the new host has been loading for longer than it may. */
  isStuck(ms: number, limit: number): boolean {
    // One that waits until there is room for it loads nothing.
    if ((this.host.progress?.() ?? 0) < 0) return false;
    this.#loading += ms;
    return !this.isPrepared && limit > 0 && this.#loading >= Math.max(limit, LOADING);
  }

  /** Nobody need be told any more. */
  end(): void {
    this.#untold = [];
    this.#ports.front.unwatchSessions();
  }

  /** Whoever waits for the outcome has it. */
  decide(problem: string | null): void {
    this.#decide(problem);
  }

  #tellChanged(): void {
    this.#untold = [...this.#changed];
    this.#changed = this.#ports.front.watchSessions();
    this.#tell();
  }

  readonly #tell = (): void => {
    const part = this.#untold.splice(0, SLICE);
    const isLast = this.#untold.length === 0;
    this.host.prepare?.(this.#adoptionsOf(part), isLast);
    if (!isLast) this.#ports.front.loop.atTurnEnd(this.#tell);
  };

  // What a host has been told once it is not told again: a handshake never changes.
  #adoptionsOf(sessions: readonly SessionRef[]): SessionSnapshot[] {
    const adoptions = this.#ports.front.snapshotsOf(sessions);
    const living = new Set(adoptions.map(({ session }) => session));
    this.#gone.push(...sessions.filter((session) => !living.has(session) && this.#told.delete(session)));
    return adoptions.map((adoption) => {
      if (this.#told.has(adoption.session)) return { ...adoption, handshake: null };
      this.#told.add(adoption.session);
      return adoption;
    });
  }

  #takeOver(legacy: HandoverState): Takeover {
    const staying = new Set(legacy.draining);
    // Whoever has changed in these last moments is told again, as the front knows them: so it must know all.
    if (this.#changed.size > 0) this.#refresh();
    const adoptions = this.#adoptionsOf([...new Set([...this.#changed, ...staying])]).map((adoption) =>
      staying.has(adoption.session) ? { ...adoption, isDraining: true } : adoption,
    );
    return { state: legacy, sessions: adoptions, ended: this.#gone };
  }
}

/** Whether a host can give its place up while it serves. A program listens on ports of its own, which two cannot. */
export function canHandOver(spec: HostSpec, host: Host | null): boolean {
  const isProgram = spec.scripts.some(({ info }) => info.kind === "program");
  return !isProgram && host?.handOver !== undefined;
}
