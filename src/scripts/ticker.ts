import type { Clock, Loop, Timer } from "../core/ports.ts";

/** What a ticker is given by its host. */
export interface TickerPorts {
  readonly clock: Clock;
  readonly loop: Loop;
  /** Blocks the thread for some ms, or until a batch arrives. Absent where a thread must not block. */
  readonly block?: (ms: number) => void;
  /** Answers the handler's promise while one is pending. */
  tick(deltaMs: number, index: number): PromiseLike<unknown> | null;
}

/** How long before a tick is due the timer wakes, ms: timers are late by up to one and a half. */
const WAKE_EARLY = 2;
/** How long before it is due blocking ends, ms: a thread wakes up to 0.15 late. */
const SPIN = 0.2;

/**
 * The loop of a real-time route. Tick k is due at start + k × period, so nothing drifts; ticks that are late are
 * skipped and counted, never replayed. It sleeps, blocks and spins, in this order, to be right without burning a core.
 */
export class Ticker {
  readonly #period: number;
  readonly #ports: TickerPorts;
  #timer: Timer | null = null;
  #start = 0;
  #due = 0;
  #index = 0;
  #last = 0;
  #isRunning = false;
  #isPending = false;
  #run = 0;
  skipped = 0;

  constructor(rate: number, ports: TickerPorts) {
    this.#period = 1000 / rate;
    this.#ports = ports;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Starts the schedule anew: the first tick comes after one period. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#run += 1;
    this.#start = this.#ports.clock.ticks();
    this.#due = 1;
    this.#last = this.#start;
    this.#sleep();
  }

  stop(): void {
    this.#isRunning = false;
    this.#run += 1;
    this.#timer?.cancel();
    this.#timer = null;
  }

  get #dueAt(): number {
    return this.#start + this.#due * this.#period;
  }

  #sleep(): void {
    const rest = this.#dueAt - this.#ports.clock.ticks() - WAKE_EARLY;
    if (rest <= 0) {
      this.#approach(this.#run);
      return;
    }
    // Rounded down, because a timer's delay is rounded up to whole milliseconds on some platforms.
    const run = this.#run;
    this.#timer = this.#ports.clock.after(Math.floor(rest), () => this.#approach(run));
  }

  // Between two short blocks the loop turns once, so that messages that arrive are handled before the tick.
  #approach(run: number): void {
    if (run !== this.#run) return;
    const rest = this.#dueAt - this.#ports.clock.ticks();
    if (rest <= 0) {
      this.#fire(run);
      return;
    }
    if (rest > SPIN) this.#ports.block?.(rest - SPIN);
    this.#ports.loop.atTurnEnd(() => this.#approach(run));
  }

  #fire(run: number): void {
    const now = this.#ports.clock.ticks();
    const late = Math.floor((now - this.#dueAt) / this.#period);
    this.skipped += late;
    this.#due += late + 1;
    if (this.#isPending) this.skipped += 1;
    else this.#tick(now);
    if (run === this.#run) this.#sleep();
  }

  #tick(now: number): void {
    const deltaMs = this.#index === 0 || this.#last === this.#start ? this.#period : now - this.#last;
    this.#last = now;
    this.#index += 1;
    const pending = this.#ports.tick(deltaMs, this.#index);
    if (pending === null) return;
    this.#isPending = true;
    const done = (): void => {
      this.#isPending = false;
    };
    void pending.then(done, done);
  }
}
