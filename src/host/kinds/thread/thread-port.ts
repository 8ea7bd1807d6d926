// Host: the thread's way to the front: messages out; replies and the wake signal in.
import { receiveMessageOnPort } from "node:worker_threads";
import type { ProgressRecord } from "../../runtime/progress-record.ts";
import { Brake, type FrontCredit } from "../common/brake.ts";
import { CommitSender } from "../common/commit-sender.ts";
import type { FromHost, HostRequest } from "../common/messages.ts";
import { COMMITS, TICKS, type ThreadInit } from "./thread-init.ts";

/** It uses no function that a script can replace: it takes them before any script runs. */
export class ThreadPort implements FrontCredit {
  readonly post: (message: FromHost, transfer?: ArrayBuffer[]) => void;
  readonly commit: CommitSender["send"];
  readonly #receiveReply: () => { message: unknown } | undefined;
  readonly #wakeSignal: Int32Array;
  readonly #applied: Int32Array;
  readonly #sender: CommitSender;
  /** The signal at the last turn of the loop: a message that was posted since must not be slept through. */
  #seenSignal = 0;

  constructor({ ends, applied }: ThreadInit, progress: ProgressRecord) {
    const { messages, replies, wakeSignal } = ends;
    this.post = messages.postMessage.bind(messages);
    this.#receiveReply = receiveMessageOnPort.bind(null, replies);
    this.#wakeSignal = new Int32Array(wakeSignal);
    this.#applied = new Int32Array(applied);
    this.#sender = new CommitSender(this.post, new Brake(progress, this));
    this.commit = this.#sender.send;
  }

  applied(): number {
    return load(this.#applied, COMMITS);
  }

  wait(applied: number): void {
    wait(this.#applied, COMMITS, applied, 1000);
  }

  // The difference, because the shared memory counts in 32 bits.
  get unackedTicks(): number {
    return (this.#sender.ticks - load(this.#applied, TICKS)) | 0;
  }

  // The front never waits for scripts, so blocking for its reply cannot deadlock.
  request(request: HostRequest): unknown {
    let signal = load(this.#wakeSignal, 0);
    this.post(request);
    for (;;) {
      const reply = this.#receiveReply();
      if (reply !== undefined) return reply.message;
      wait(this.#wakeSignal, 0, signal, 1000);
      signal = load(this.#wakeSignal, 0);
    }
  }

  readonly block = (ms: number): void => {
    wait(this.#wakeSignal, 0, this.#seenSignal, ms);
    this.#seenSignal = load(this.#wakeSignal, 0);
  };
}

const { load, wait } = Atomics;
