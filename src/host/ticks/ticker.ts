// Host: the tick loop of a real-time route.
import type { TickSchedule } from "../../boundary/handover.ts";
import { LONGEST_SLEEP, type Clock, type Loop, type Timer } from "../../boundary/clock.ts";

/**
 * Tick k is due at start + k × period, so the schedule does not drift; late ticks are skipped and counted, or caught up.
 * It sleeps, then blocks, then spins: exact without using a whole core.
 */
export class Ticker {
  readonly #period: number;
  readonly #catchUp: number;
  readonly #fixedDelta: boolean;
  readonly #ports: TickerPorts;
  #timer: Timer | null = null;
  #schedule: Schedule = { start: 0, due: 0, index: 0, last: null };
  #isRunning = false;
  #nextSchedule: TickSchedule | null = null;
  #pending: PromiseLike<unknown> | null = null;
  #run = 0;
  skipped = 0;

  constructor({ rate, catchUp = 0, fixedDelta = false }: TickerOptions, ports: TickerPorts) {
    this.#period = 1000 / rate;
    this.#catchUp = catchUp;
    this.#fixedDelta = fixedDelta;
    this.#ports = ports;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  get period(): number {
    return this.#period;
  }

  /** The promise of a tick that has not settled. */
  get pending(): PromiseLike<unknown> | null {
    return this.#pending;
  }

  /** The state of the schedule, for the ticker of the next version. */
  get schedule(): TickSchedule {
    const { start, due, index, last } = this.#schedule;
    const period = this.#period;
    if (!this.#isRunning) return { due: null, period, index, last: null };
    return { due: start + (due - 1) * period, period, index, last };
  }

  /** Continues this schedule: now if it runs, else at its next start. */
  continueFrom(schedule: TickSchedule): void {
    const { isRunning } = this;
    if (isRunning) this.stop();
    this.#nextSchedule = schedule;
    if (isRunning) this.start();
  }

  /** Starts a new schedule, unless it continues one: the first tick comes after one period. Ticks are counted on. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#run += 1;
    const next = this.#nextSchedule;
    const index = next?.index ?? this.#schedule.index;
    this.#schedule = { start: this.#startFrom(next), due: 1, index, last: next?.last ?? null };
    this.#nextSchedule = null;
    this.#sleep();
  }

  stop(): void {
    this.#isRunning = false;
    this.#run += 1;
    this.#timer?.cancel();
    this.#timer = null;
  }

  // With another period, ticks that would have been due by now are not late: they were never due.
  #startFrom(next: TickSchedule | null): number {
    const now = this.#ports.clock.ticks();
    const due = next?.due ?? now;
    return next?.period === this.#period ? due : Math.max(due, now - this.#period);
  }

  get #dueAt(): number {
    return this.#schedule.start + this.#schedule.due * this.#period;
  }

  // Without a bound, commits that the front has not applied would pile up, each reaching the clients later than the last.
  get #isAhead(): boolean {
    return (this.#ports.unackedTicks?.() ?? 0) >= Math.max(2, AHEAD_LIMIT / this.#period);
  }

  #sleep(): void {
    const rest = this.#dueAt - this.#ports.clock.ticks() - WAKE_EARLY;
    if (rest <= 0) {
      // The loop turns even between ticks that follow each other at once.
      const run = this.#run;
      this.#ports.loop.atTurnEnd(() => this.#approach(run));
      return;
    }
    const run = this.#run;
    if (rest > LONGEST_SLEEP) {
      this.#timer = this.#ports.clock.after(LONGEST_SLEEP, () => run === this.#run && this.#sleep());
      return;
    }
    // Rounded down, because a timer's delay is rounded up to whole milliseconds on some platforms.
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
    // Late ticks are made up for, so they wait for the front; they are not left out.
    if (this.#catchUp > 0 && this.#isAhead) {
      this.#ports.block?.(FRONT_PAUSE);
      this.#ports.loop.atTurnEnd(() => this.#approach(run));
      return;
    }
    const now = this.#ports.clock.ticks();
    const late = Math.floor((now - this.#dueAt) / this.#period);
    const skipped = Math.max(0, late - this.#catchUp);
    this.skipped += skipped;
    this.#schedule.due += skipped;
    const lateness = now - this.#dueAt;
    this.#schedule.due += 1;
    if (this.#pending !== null || this.#isAhead) this.skipped += 1;
    else this.#tick(now, lateness);
    if (run === this.#run) this.#sleep();
  }

  #tick(now: number, lateness: number): void {
    const { last } = this.#schedule;
    const deltaMs = last === null || this.#fixedDelta ? this.#period : now - last;
    this.#schedule.last = now;
    this.#schedule.index += 1;
    const pending = this.#ports.tick(deltaMs, this.#schedule.index);
    this.#ports.onTick?.(lateness, this.#ports.clock.ticks() - now);
    if (pending === null) return;
    this.#pending = pending;
    const done = (): void => {
      this.#pending = null;
    };
    void pending.then(done, done);
  }
}

interface Schedule {
  start: number;
  /** The number of the next due tick, counted from the start. */
  due: number;
  index: number;
  /** When the last tick ran; null when none has run since the start. */
  last: number | null;
}

/** What a ticker needs of its host. */
export interface TickerPorts {
  readonly clock: Clock;
  readonly loop: Loop;
  /** Blocks the thread for some ms, or until a batch arrives. Absent where a thread must not block. */
  readonly block?: (ms: number) => void;
  /** How many ticks have sent something that has not reached the clients' sockets. Absent where it does at once. */
  readonly unackedTicks?: () => number;
  /** Returns the handler's promise while one is pending. */
  tick(deltaMs: number, index: number): PromiseLike<unknown> | null;
  /** Called after each tick: how late it started and how long it took, ms. */
  onTick?(lateness: number, cost: number): void;
}

/** How a route's ticks run. */
export interface TickerOptions {
  /** Ticks per second. */
  readonly rate: number;
  /** Up to this many late ticks are run back to back; the others are skipped. */
  readonly catchUp?: number;
  /** Whether the delta of every tick is exactly one period. */
  readonly fixedDelta?: boolean;
}

/** How long before a tick is due the timer wakes, ms: timers are late by up to one and a half. */
const WAKE_EARLY = 2;
/** How long before it is due blocking ends, ms: a thread wakes up to 0.15 late. */
const SPIN = 0.2;
/** How long a ticker that is ahead of the front blocks, ms, unless the front wakes it. */
const FRONT_PAUSE = 1;
/** How far ticks may be ahead of the front, ms; at least two ticks. */
const AHEAD_LIMIT = 50;
