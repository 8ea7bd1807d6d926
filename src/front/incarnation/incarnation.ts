// Front: one life of a host: it waits for its permit to start, runs, and is stopped.
import { messageOf } from "../../boundary/checks.ts";
import type { Host, HostExit, HostListener } from "../../boundary/host.ts";
import type { HostFactory, HostSpec } from "../../boundary/host-spec.ts";
import type { HostQueue } from "./host-queue.ts";
import type { Permit, StartLimiter } from "./start-limiter.ts";

/** Numbers are never reused: a message from an incarnation that has been given up is discarded by its number. */
export class Incarnation {
  readonly number: number;
  readonly spec: HostSpec;
  /** Null while it waits for its permit. */
  host: Host | null = null;
  /** Whether it could not be started: the machine has no descriptor, no memory or no thread left. */
  isUnstarted = false;
  /** Whether it has shown that it works. */
  hasCommitted = false;
  /** Whether the last flush was held: a flush is held for one batch at most. */
  isFlushHeld = false;
  /** Its messages that wait behind a commit. */
  readonly queue: HostQueue;
  readonly #permit: Permit;

  constructor(number: number, spec: HostSpec, { makeHost, limiter, listener, queue }: IncarnationParts) {
    this.number = number;
    this.spec = spec;
    this.queue = queue;
    const free = (): void => this.#permit.release();
    const freeing: HostListener = {
      ...listener,
      onStarting: () => (free(), listener.onStarting?.()),
      onReady: () => (free(), listener.onReady()),
      onExit: (exit) => (free(), listener.onExit(exit)),
    };
    this.#permit = limiter.admit(spec.name, () =>
      this.#start(() => makeHost(number, spec, freeing), freeing),
    );
  }

  /** Ends it without waiting for scripts. If it still waits for its permit, it never starts. */
  async stop(): Promise<void> {
    this.#permit.release();
    await this.host?.stop();
  }

  // Reported after this turn of the caller, like the end of any other host.
  #start(makeHost: () => Host, listener: HostListener): void {
    try {
      this.host = makeHost();
    } catch (error) {
      this.isUnstarted = true;
      const reason = `it cannot be started: ${messageOf(error)}`;
      const exit: HostExit = { reason, event: 0, phase: "loading", promised: [], isUnstarted: true };
      queueMicrotask(() => listener.onExit(exit));
    }
  }
}

/** How hosts are started. */
export interface HostStarter {
  readonly makeHost: HostFactory;
  /** Bounds how many start at the same time; without it, all start at once. */
  readonly limiter?: StartLimiter;
}

export interface IncarnationParts extends Required<HostStarter> {
  readonly listener: HostListener;
  readonly queue: HostQueue;
}
