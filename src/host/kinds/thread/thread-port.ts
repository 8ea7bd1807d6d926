// Host: the thread's way to the front: messages out; replies and the wake signal in.
import { receiveMessageOnPort } from "node:worker_threads";
import type { Commit } from "../../../boundary/batch.ts";
import { packCommit, type FromHost, type HostRequest } from "../common/messages.ts";
import type { ThreadInit } from "./thread-init.ts";

/** It uses no function that a script can replace: it takes them before any script runs. */
export class ThreadPort {
  readonly post: (message: FromHost) => void;
  readonly #receiveReply: () => { message: unknown } | undefined;
  readonly #wakeSignal: Int32Array;
  readonly #ackedTicks: Int32Array;
  #ticks = 0;
  /** The signal at the last turn of the loop: a message that was posted since must not be slept through. */
  #seenSignal = 0;

  constructor({ ends, ackedTicks }: ThreadInit) {
    const { messages, replies, wakeSignal } = ends;
    this.post = messages.postMessage.bind(messages);
    this.#receiveReply = receiveMessageOnPort.bind(null, replies);
    this.#wakeSignal = new Int32Array(wakeSignal);
    this.#ackedTicks = new Int32Array(ackedTicks);
  }

  readonly commit = (commit: Commit): void => {
    if (commit.urgent) this.#ticks += 1;
    this.post(packCommit(commit));
  };

  // The difference, because the shared memory counts in 32 bits.
  get unackedTicks(): number {
    return (this.#ticks - load(this.#ackedTicks, 0)) | 0;
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
