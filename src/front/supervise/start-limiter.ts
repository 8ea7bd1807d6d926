import type { SessionSnapshot } from "../../boundary/events.ts";
import type { PackedSessions } from "../../boundary/handover.ts";
import type { HostFactory } from "../../boundary/host-spec.ts";
import type { Clock, Timer } from "../../boundary/clock.ts";
import type { Batch } from "../../boundary/batch.ts";
import type { Host, HostExit, HostListener } from "../../boundary/host.ts";

/** A start that takes longer than this makes room for others, ms: it is not the machine that it waits for. */
const LONGEST = 1000;

/**
 * Lets only so many hosts start at once: a hundred threads that start together on two cores take a minute, one after
 * the other they take seconds. Those that have served before go first, because somebody waits for them.
 */
export class StartLimiter {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #urgent: Pass[] = [];
  readonly #others: Pass[] = [];
  readonly #known = new Set<string>();
  #starting = 0;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** Hosts of this factory, but not too many at once. */
  guard(makeHost: HostFactory): HostFactory {
    return (incarnation, spec, listener) => {
      const make = (guarded: HostListener): Host => makeHost(incarnation, spec, guarded);
      const host = new WaitingHost(incarnation, make, listener);
      this.#enter(host.pass, this.#known.has(spec.name));
      this.#known.add(spec.name);
      return host;
    };
  }

  #enter(pass: Pass, isUrgent: boolean): void {
    pass.onLeave = (hasBegun) => this.#left(pass, hasBegun);
    (isUrgent ? this.#urgent : this.#others).push(pass);
    this.#admit();
  }

  #left(pass: Pass, hasBegun: boolean): void {
    if (hasBegun) this.#starting -= 1;
    else for (const queue of [this.#urgent, this.#others]) removeFrom(queue, pass);
    this.#admit();
  }

  #admit(): void {
    while (this.#starting < this.#limit) {
      const pass = this.#urgent.shift() ?? this.#others.shift();
      if (pass === undefined) return;
      this.#starting += 1;
      pass.begin(this.#clock);
    }
  }
}

/** One start: it waits, begins and leaves, each once. */
class Pass {
  onLeave: (hasBegun: boolean) => void = () => undefined;
  readonly #start: () => void;
  #hasBegun = false;
  #hasLeft = false;
  #limit: Timer | null = null;

  constructor(start: () => void) {
    this.#start = start;
  }

  begin(clock: Clock): void {
    this.#hasBegun = true;
    this.#limit = clock.after(LONGEST, () => this.leave());
    this.#start();
  }

  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#limit?.cancel();
    this.onLeave(this.#hasBegun);
  }
}

/** A host that is not there yet: it comes into being when there is room. Nobody tells it anything before it is ready. */
class WaitingHost implements Host {
  readonly incarnation: number;
  readonly pass: Pass;
  #host: Host | null = null;
  #looks = 0;

  constructor(incarnation: number, make: (listener: HostListener) => Host, listener: HostListener) {
    this.incarnation = incarnation;
    const leave = (): void => this.pass.leave();
    const guarded: HostListener = {
      ...listener,
      onReady: () => (leave(), listener.onReady()),
      onExit: (exit) => (leave(), listener.onExit(exit)),
    };
    this.pass = new Pass(() => (this.#host = make(guarded)));
  }

  deliver(batch: Batch): void {
    this.#host?.deliver(batch);
  }

  prepare(adoptions: readonly SessionSnapshot[], isLast: boolean): void {
    this.#host?.prepare?.(adoptions, isLast);
  }

  receiveState(left: PackedSessions): void {
    this.#host?.receiveState?.(left);
  }

  handOver(): void {
    this.#host?.handOver?.();
  }

  /** Moves while it waits: it cannot do better. */
  progress(): number {
    return this.#host === null ? (this.#looks -= 1) : (this.#host.progress?.() ?? 0);
  }

  inspect(reason: string): HostExit {
    return this.#host?.inspect?.(reason) ?? { reason, event: 0, phase: "loading", promised: [] };
  }

  async stop(): Promise<void> {
    this.pass.leave();
    await this.#host?.stop();
  }
}

function removeFrom(queue: Pass[], pass: Pass): void {
  const at = queue.indexOf(pass);
  if (at >= 0) queue.splice(at, 1);
}
