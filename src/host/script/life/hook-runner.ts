// Host: runs a script's `onStart` or `onStop`, within a limit of time.
import type { Clock, Timer } from "../../../boundary/clock.ts";
import { ParlorError } from "../../../boundary/errors.ts";
import type { ScriptSource } from "../../../boundary/host-spec.ts";
import type { FaultOrigin } from "../../runtime/fault-reporter.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { handlerFrame } from "./handler-frame.ts";

/** While it waits for a promise, it shows that the host's loop turns. */
export class HookRunner {
  readonly #runtime: Runtime;
  readonly #clock: Clock;
  /** How long one may take, ms; 0 is any time. */
  readonly #limit: number;
  /** When all must have run, in monotonic time, ms. */
  #until = Infinity;

  constructor(runtime: Runtime, clock: Clock, limit: number) {
    this.#runtime = runtime;
    this.#clock = clock;
    this.#limit = limit;
  }

  /** All that is run from now on must be done within `ms` ms. */
  limitTo(ms: number): void {
    this.#until = Math.min(this.#until, this.#clock.ticks() + ms);
  }

  /** Evaluates what a hook is exported by. */
  async evaluate<T>(evaluation: () => T): Promise<Awaited<T>> {
    return await this.#alive(this.#runtime.evaluate(evaluation), null);
  }

  /** Rejects with what the hook throws, or when it does not settle in time. */
  async run(name: string, { call, source }: Hook): Promise<void> {
    const ms = this.#timeFor();
    const late = (): Error => {
      const error = new ParlorError("PARLOR_HOOK_TIMEOUT/promise", { hook: name, seconds: ms / 1000 });
      error.stack = `${error.name}: ${error.message}\n${handlerFrame(call, source) ?? ""}`;
      return error;
    };
    const result = this.#runtime.hook(call);
    await this.#alive(result, ms === Infinity ? null : { ms, late });
  }

  /** Waits for handlers that are pending, for up to half of the time that is left. */
  async settle(ticks: readonly PromiseLike<unknown>[]): Promise<void> {
    const latest = this.#clock.ticks() + this.#timeFor();
    let isTicking = ticks.length > 0;
    void Promise.all(ticks).then(() => (isTicking = false));
    while ((isTicking || this.#runtime.isPending) && this.#clock.ticks() < latest)
      await new Promise<void>((resolve) => this.#clock.after(LOOK_EVERY, resolve));
  }

  // Where all share a time, one leaves half of the rest to those after it.
  #timeFor(): number {
    if (this.#until === Infinity) return this.#limit === 0 ? Infinity : this.#limit;
    return Math.max(1, Math.round((this.#until - this.#clock.ticks()) / 2));
  }

  async #alive<T>(result: T, bound: Bound | null): Promise<Awaited<T>> {
    let timer: Timer | null = null;
    const until = bound === null ? Infinity : this.#clock.ticks() + bound.ms;
    const late = new Promise<never>((_resolve, reject) => {
      const look = (): void => {
        if (bound !== null && this.#clock.ticks() >= until) return reject(bound.late());
        this.#runtime.isAlive();
        timer = this.#clock.after(Math.min(ALIVE_EVERY, Math.max(1, until - this.#clock.ticks())), look);
      };
      look();
    });
    try {
      return await Promise.race([result, late]);
    } finally {
      (timer as Timer | null)?.cancel();
    }
  }
}

/** One function to call, and where its faults are reported. */
export interface Hook {
  readonly origin: FaultOrigin;
  readonly source: ScriptSource | null;
  readonly call: () => unknown;
}

interface Bound {
  readonly ms: number;
  readonly late: () => Error;
}

const LOOK_EVERY = 10;
const ALIVE_EVERY = 500;
