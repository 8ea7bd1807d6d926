// Host: the thread's end of a thread host: a kernel, joined to the thread's port and shared memory.
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import type { Commit } from "../../../boundary/batch.ts";
import type { Snapshot } from "../../../boundary/directory-record.ts";
import { defaultBounds } from "../../../boundary/host-spec.ts";
import type { Answer } from "../../../boundary/questions.ts";
import { realClock, realLoop } from "../../../real-clock.ts";
import type { Dialect } from "../../api/dialect.ts";
import { ProgressRecord } from "../../runtime/progress-record.ts";
import { HostKernel, type KernelPorts } from "../../script/host-kernel.ts";
import { handoverPorts, receiveFromFront } from "../common/kernel-messages.ts";
import { packCommit, type FromHost, type HostRequest } from "../common/messages.ts";
import { watchHeap } from "./heap-watch.ts";
import type { ThreadInit } from "./thread-init.ts";

/** Runs a host on this thread, by the spec that it was started with. */
export function runThread(dialects: ReadonlyMap<string, Dialect>): void {
  const port = parentPort;
  if (port === null) throw new Error("thread-entry runs on a thread that the server starts");
  const init = workerData as ThreadInit;
  const kernel = new HostKernel(init.spec, dialects, portsOf(init, new ThreadPort(init, port)));
  watchHeap((init.spec.bounds ?? defaultBounds).memoryLimit);
  process.on("unhandledRejection", kernel.unhandledRejection);
  port.on("message", (message) => receiveFromFront(message, kernel));
  // Programs start at the end of this turn, before the first event: their claims are known when the host is ready.
  realLoop.atTurnEnd(() => port.postMessage({ kind: "ready" } satisfies FromHost));
}

function portsOf(init: ThreadInit, port: ThreadPort): KernelPorts {
  return {
    runtime: {
      clock: realClock,
      loop: realLoop,
      progress: new ProgressRecord(init.progress),
      commit: port.commit,
      log: (line) => port.post({ kind: "log", line }),
      follow: () => port.request({ kind: "follow" }) as Snapshot,
    },
    ask: (question) => port.request({ kind: "question", question }) as Answer,
    ticks: {
      block: port.block,
      unackedTicks: () => port.unackedTicks,
      sample: (sample) => port.post({ kind: "tickSample", sample }),
    },
    handover: handoverPorts(port.post),
  };
}

/** The thread's way to the front: messages out, replies and the wake signal in. */
class ThreadPort {
  readonly #port: MessagePort;
  readonly #replies: MessagePort;
  readonly #wakeSignal: Int32Array;
  readonly #ackedTicks: Int32Array;
  #ticks = 0;
  /** The signal at the last turn of the loop: a message that was posted since must not be slept through. */
  #seenSignal = 0;

  constructor(init: ThreadInit, port: MessagePort) {
    this.#port = port;
    this.#replies = init.replies;
    this.#wakeSignal = new Int32Array(init.wakeSignal);
    this.#ackedTicks = new Int32Array(init.ackedTicks);
  }

  readonly post = (message: FromHost): void => {
    this.#port.postMessage(message);
  };

  readonly commit = (commit: Commit): void => {
    if (commit.urgent) this.#ticks += 1;
    this.post(packCommit(commit));
  };

  // The difference, because the shared memory counts in 32 bits.
  get unackedTicks(): number {
    return (this.#ticks - Atomics.load(this.#ackedTicks, 0)) | 0;
  }

  // The front never waits for scripts, so blocking for its reply cannot deadlock.
  request(request: HostRequest): unknown {
    let signal = Atomics.load(this.#wakeSignal, 0);
    this.post(request);
    for (;;) {
      const reply = receiveMessageOnPort(this.#replies);
      if (reply !== undefined) return reply.message;
      Atomics.wait(this.#wakeSignal, 0, signal, 1000);
      signal = Atomics.load(this.#wakeSignal, 0);
    }
  }

  readonly block = (ms: number): void => {
    Atomics.wait(this.#wakeSignal, 0, this.#seenSignal, ms);
    this.#seenSignal = Atomics.load(this.#wakeSignal, 0);
  };
}
