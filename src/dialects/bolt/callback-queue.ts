import type { MaybePromise } from "../../host/api/dialect.ts";
import { isPromise } from "./sequence.ts";

/** One thing to do when its turn comes. It must not throw or reject: whoever makes it deals with its faults. */
export interface Job {
  /** For the log, should it never end. */
  readonly what: string;
  run(): MaybePromise;
}

export interface CallbackQueueOptions {
  /** How many messages may wait. */
  readonly limit: number;
  /** A job that has not ended by then is given up, ms. */
  readonly timeout: number;
  /** Calls back once after some ms, unless it is cancelled before. */
  wait(ms: number, action: () => void): () => void;
  onTimeout(what: string): void;
}

interface Waiting {
  readonly job: Job;
  readonly isMessage: boolean;
  readonly done: () => void;
}

/**
 * Published: one virtual machine runs every callback of a program, so one ends before the next begins. Requests go before
 * WebSocket events; of these, messages are dropped when too many wait, and all others wait however long it takes.
 */
export class CallbackQueue {
  readonly #requests: Waiting[] = [];
  readonly #events: Waiting[] = [];
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

  /** The program is ready: what has come meanwhile begins. */
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

  /** A message waits for nobody to wait for it: else the next of its client would never come here to be counted. */
  message(job: Job): void {
    const waiting: Waiting = { job, isMessage: true, done: nothing };
    if (this.#isFree) return void this.#begin(waiting);
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

  #add(lane: Waiting[], job: Job): MaybePromise {
    if (!this.#isFree) {
      return new Promise<void>((resolve) => lane.push({ job, isMessage: false, done: resolve }));
    }
    let tell = nothing;
    if (this.#begin({ job, isMessage: false, done: () => tell() })) return;
    return new Promise<void>((resolve) => (tell = resolve));
  }

  #drain(): void {
    while (this.#isFree) {
      const next = this.#requests.shift() ?? this.#events.shift();
      if (next === undefined) return;
      if (next.isMessage) this.#messages -= 1;
      this.#begin(next);
    }
  }

  /** Answers whether the job has ended already. */
  #begin({ job, done }: Waiting): boolean {
    this.#isBusy = true;
    const result = job.run();
    if (isPromise(result)) {
      this.#await(job, result, done);
      return false;
    }
    this.#isBusy = false;
    done();
    return true;
  }

  // A promise that never settles would otherwise end the program for everybody.
  #await(job: Job, result: PromiseLike<unknown>, done: () => void): void {
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      cancel();
      this.#isBusy = false;
      done();
      this.#drain();
    };
    const cancel = this.#options.wait(this.#options.timeout, () => {
      if (!isOver) this.#options.onTimeout(job.what);
      end();
    });
    void Promise.resolve(result).then(end);
  }
}

function nothing(): void {}
