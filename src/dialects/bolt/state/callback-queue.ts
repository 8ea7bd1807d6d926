// Dialect: the queue of a Bolt program, which runs one callback at a time.
import { isPromiseLike } from "../../../boundary/checks.ts";
import type { Clock } from "../../../boundary/clock.ts";
import type { MaybePromise } from "../../../host/api/dialect.ts";

/**
 * Published: one virtual machine runs every callback of a program, so one ends before the next starts. Requests run
 * before WebSocket events. Of the events, messages are dropped when too many wait; all others wait as long as needed.
 */
export class CallbackQueue {
  readonly #requests: WaitingJob[] = [];
  readonly #events: WaitingJob[] = [];
  readonly #options: CallbackQueueOptions;
  #isHeld = true;
  #isBusy = false;
  #messages = 0;
  #dropped = 0;

  constructor(options: CallbackQueueOptions) {
    this.#options = options;
  }

  /** Published: "cumulative"; inbound message events only. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The program is ready: waiting jobs start. */
  open(): void {
    this.#isHeld = false;
    this.#drain();
  }

  request(job: Job): MaybePromise {
    return this.#add(this.#requests, job);
  }

  event(job: Job): MaybePromise {
    return this.#add(this.#events, job);
  }

  /** Returns at once: otherwise the client's next message would wait in the host, where the limit does not see it. */
  message(job: Job): void {
    const waiting: WaitingJob = { job, isMessage: true, done: nothing };
    if (this.#isFree) return void this.#start(waiting);
    if (this.#messages >= this.#options.limit) {
      this.#dropped += 1;
      return;
    }
    this.#messages += 1;
    this.#events.push(waiting);
  }

  get #isFree(): boolean {
    return !this.#isHeld && !this.#isBusy;
  }

  #add(queue: WaitingJob[], job: Job): MaybePromise {
    if (!this.#isFree) {
      return new Promise<void>((resolve) => queue.push({ job, isMessage: false, done: resolve }));
    }
    let finish = nothing;
    if (this.#start({ job, isMessage: false, done: () => finish() })) return;
    return new Promise<void>((resolve) => (finish = resolve));
  }

  #drain(): void {
    while (this.#isFree) {
      const next = this.#requests.shift() ?? this.#events.shift();
      if (next === undefined) return;
      if (next.isMessage) this.#messages -= 1;
      this.#start(next);
    }
  }

  /** Returns whether the job has ended already. */
  #start({ job, done }: WaitingJob): boolean {
    this.#isBusy = true;
    const result = job.run();
    if (isPromiseLike(result)) {
      this.#await(job, result, done);
      return false;
    }
    this.#isBusy = false;
    done();
    return true;
  }

  // Without the timeout, one promise that never settles would stop the program for all clients.
  #await(job: Job, result: PromiseLike<unknown>, done: () => void): void {
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      timer.cancel();
      this.#isBusy = false;
      done();
      this.#drain();
    };
    const timer = this.#options.clock.after(this.#options.timeout, () => {
      if (!isOver) this.#options.onTimeout(job.name);
      end();
    });
    void Promise.resolve(result).then(end);
  }
}

/** One thing to run. It handles its own faults: it must not throw or reject. */
export interface Job {
  /** For the log, if the job times out. */
  readonly name: string;
  run(): MaybePromise;
}

export interface CallbackQueueOptions {
  /** How many messages may wait. */
  readonly limit: number;
  /** How long a job may take, ms; then the next one starts. */
  readonly timeout: number;
  readonly clock: Clock;
  onTimeout(job: string): void;
}

interface WaitingJob {
  readonly job: Job;
  readonly isMessage: boolean;
  readonly done: () => void;
}

function nothing(): void {}
