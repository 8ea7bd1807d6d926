// Front: the state of a host under its supervisor, and when it starts next.
import type { Clock, Timer } from "../../boundary/clock.ts";
import type { HostExit } from "../../boundary/host.ts";

/** Of its states, `restarting` and `failed` wait for a start, which another state cancels. */
export class RunState {
  readonly #clock: Clock;
  #kind: RunKind = "idle";
  #timer: Timer | null = null;
  /** When the wait is over, in monotonic time, ms. */
  #until = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get kind(): RunKind {
    return this.#kind;
  }

  /** Whether the host runs already, or must no longer run. */
  get isStarted(): boolean {
    return this.#kind === "starting" || this.#kind === "serving" || this.#kind === "stopped";
  }

  /** The time until a host that has failed is tried again, ms: at 0 the next event starts it. Null if it has not failed. */
  get nextTry(): number | null {
    return this.#kind === "failed" ? Math.max(0, this.#until - this.#clock.ticks()) : null;
  }

  /** Whether it has failed, and is not to be tried yet. */
  get isPausing(): boolean {
    return (this.nextTry ?? 0) > 0;
  }

  /** Whether the next event starts the host. */
  get isResting(): boolean {
    return this.#kind === "idle" || (this.#kind === "failed" && !this.isPausing);
  }

  become(kind: RunKind): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#kind = kind;
  }

  /** Waits before the next start. Without `start`, an event starts the host after that. */
  wait(kind: "restarting" | "failed", pause: number, start: (() => void) | null): void {
    this.become(kind);
    this.#until = this.#clock.ticks() + pause;
    if (start !== null) this.#timer = this.#clock.after(pause, start);
  }
}

type RunKind = "idle" | "starting" | "serving" | "restarting" | "failed" | "stopped";

/** The state of a host: `reloading` while a new version takes over, `failed` while no version works. */
export type SupervisorState = Exclude<RunKind, "stopped"> | "reloading";

/** The end of a host that no event caused. */
export const NO_CULPRIT: HostExit = { reason: "", event: 0, phase: "idle", promised: [] };
