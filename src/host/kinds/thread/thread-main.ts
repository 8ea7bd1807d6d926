import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { Answer } from "../../../boundary/questions.ts";
import type { Dialect } from "../../api/dialect.ts";
import { assemble } from "../../script/host-kernel.ts";
import {
  packCommit,
  unpackBatch,
  type FromThread,
  type PackedBatch,
  type ThreadInit,
  type ToHost,
} from "../messages.ts";
import { watchHeap } from "./heap-watch.ts";
import { defaultBounds } from "../../../boundary/host-spec.ts";
import { ProgressRecord } from "../../runtime/progress-record.ts";
import { realClock, realLoop } from "../../../real-clock.ts";
import type { Snapshot } from "../../../boundary/directory-record.ts";
import type { Commit } from "../../../boundary/batch.ts";

/** Runs a host on this thread, by the spec that it was started with. */
export function runThread(dialects: ReadonlyMap<string, Dialect>): void {
  const port = parentPort;
  if (port === null) throw new Error("thread-entry runs on a thread that the server starts");

  const birth = workerData as ThreadInit;
  const bell = new Int32Array(birth.wakeSignal);
  const taken = new Int32Array(birth.ackedTicks);
  const post = (message: FromThread): void => port.postMessage(message);

  // The front never waits for scripts, so blocking for its answer cannot deadlock.
  function ask(question: Extract<FromThread, { kind: "follow" | "ask" }>): unknown {
    let rung = Atomics.load(bell, 0);
    post(question);
    for (;;) {
      const answer = receiveMessageOnPort(birth.answers);
      if (answer !== undefined) return answer.message;
      Atomics.wait(bell, 0, rung, 1000);
      rung = Atomics.load(bell, 0);
    }
  }

  // The bell as it was when the loop last turned: what has been posted since must not be slept through.
  let heard = 0;
  function block(ms: number): void {
    Atomics.wait(bell, 0, heard, ms);
    heard = Atomics.load(bell, 0);
  }

  let ticks = 0;
  function commit(made: Commit): void {
    if (made.urgent) ticks += 1;
    post(packCommit(made));
  }

  const assembly = assemble(birth.spec, {
    dialects,
    clock: realClock,
    loop: realLoop,
    progress: new ProgressRecord(birth.progress),
    commit,
    log: (line) => post({ kind: "log", line }),
    follow: () => ask({ kind: "follow" }) as Snapshot,
    ask: (question) => ask({ kind: "ask", question }) as Answer,
    block,
    // The difference, because the memory counts in 32 bits.
    unackedTicks: () => (ticks - Atomics.load(taken, 0)) | 0,
    tickSample: (pulse) => post({ kind: "pulse", pulse }),
    handover: {
      prepared: (problem) => post({ kind: "prepared", problem }),
      left: (left) => post({ kind: "left", left }),
      retired: (retirement) => post({ kind: "retired", retirement }),
      released: (legacy) => post({ kind: "released", legacy }),
    },
  });

  watchHeap((birth.spec.bounds ?? defaultBounds).memoryLimit);
  process.on("unhandledRejection", (reason) => assembly.rejected(reason));
  port.on("message", (message: PackedBatch | ToHost) => {
    if (!("kind" in message)) assembly.runtime.deliver(unpackBatch(message));
    else if (message.kind === "prepare") assembly.handover.prepare(message.adoptions, message.isLast);
    else if (message.kind === "inherit") assembly.runtime.receiveState(message.left);
    else if (message.kind === "retire") assembly.handover.handOver();
  });
  // Programs begin at the end of this turn: before the first event, and what they claim is known when the host is ready.
  realLoop.atTurnEnd(() => post({ kind: "ready" }));
}
