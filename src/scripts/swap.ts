import type { Adoption, SessionRef } from "../core/events.ts";
import type { Legacy, Retirement } from "../core/legacy.ts";
import type { Commit, Host, Loop } from "../core/ports.ts";
import type { HostSpec } from "./host.ts";

/** Sessions that the new host is told of in one turn of the front. */
const SLICE = 200;

/** A version that is to take over may load for this long at least, ms. */
const LOADING = 10_000;

/** What a swap needs of the supervisor and the front. */
export interface SwapPorts {
  readonly loop: Loop;
  /** All sessions of the host. */
  sessions(): SessionRef[];
  adoptionsOf(sessions: Iterable<SessionRef>): Adoption[];
  /** Collects which sessions change from now on. */
  watchSessions(): ReadonlySet<SessionRef>;
  unwatchSessions(): void;
  /** The new host is ready: the one that serves is to give its place up, between two batches. */
  onPrepared(): void;
  /** It has: the new one takes over. */
  onRetired(takeOver: TakeOver): void;
  /** The one that serves stays. */
  onRefused(problem: string): void;
}

/** All that the new host needs to be told at the moment of taking over. */
export interface TakeOver {
  readonly legacy: Legacy;
  readonly adoptions: readonly Adoption[];
  readonly prepared: readonly SessionRef[];
  /** What the new host has commanded while it loaded. */
  readonly early: readonly Commit[];
}

/**
 * One version taking the place of another. The new host is started, told of the sessions in slices and loaded beside the
 * one that serves; only what has changed meanwhile is left for the moment between two batches in which they swap.
 */
export class Swap {
  readonly spec: HostSpec;
  readonly host: Host;
  readonly #ports: SwapPorts;
  readonly #early: Commit[] = [];
  #told = new Set<SessionRef>();
  #untold: SessionRef[] = [];
  #changed: ReadonlySet<SessionRef> = new Set();
  /** For how long the new host has been loading, in turns of the front, ms. */
  #loading = 0;
  isPrepared = false;

  constructor(spec: HostSpec, host: Host, ports: SwapPorts) {
    this.spec = spec;
    this.host = host;
    this.#ports = ports;
  }

  onReady(): void {
    this.#changed = this.#ports.watchSessions();
    this.#untold = this.#ports.sessions();
    this.#told = new Set(this.#untold);
    this.#tell();
  }

  onPrepared(problem: string | null): void {
    if (problem !== null) {
      this.#ports.onRefused(problem);
      return;
    }
    this.isPrepared = true;
    this.#ports.onPrepared();
  }

  onCommit(commit: Commit): void {
    this.#early.push(commit);
  }

  /** The serving host has answered. */
  onRetired(retirement: Retirement): void {
    if ("refusal" in retirement) this.#ports.onRefused(retirement.refusal);
    else this.#ports.onRetired(this.#takeOver(retirement.legacy));
  }

  /** A turn of the front. Answers whether the new host has been loading for longer than it may. */
  isStuck(ms: number, limit: number): boolean {
    this.#loading += ms;
    return !this.isPrepared && limit > 0 && this.#loading >= Math.max(limit, LOADING);
  }

  /** It is over, whoever serves now. */
  end(): void {
    this.#untold = [];
    this.#ports.unwatchSessions();
  }

  readonly #tell = (): void => {
    const part = this.#untold.splice(0, SLICE);
    const isLast = this.#untold.length === 0;
    this.host.prepare?.(this.#ports.adoptionsOf(part), isLast);
    if (!isLast) this.#ports.loop.atTurnEnd(this.#tell);
  };

  #takeOver(legacy: Legacy): TakeOver {
    const staying = new Set(legacy.staying);
    const prepared: SessionRef[] = [];
    const rest: SessionRef[] = [];
    for (const session of this.#ports.sessions()) {
      const isKnown = this.#told.has(session) && !this.#changed.has(session) && !staying.has(session);
      (isKnown ? prepared : rest).push(session);
    }
    const adoptions = this.#ports
      .adoptionsOf(rest)
      .map((adoption) => (staying.has(adoption.session) ? { ...adoption, isStaying: true } : adoption));
    return { legacy, adoptions, prepared, early: this.#early };
  }
}

/** Whether a host can give its place up while it serves. A program listens on ports of its own, which two cannot. */
export function canSwap(spec: HostSpec, host: Host | null): boolean {
  const isProgram = spec.scripts.some(({ info }) => info.kind === "program");
  return !isProgram && host?.retire !== undefined;
}
