// Host: the thread's end of a thread host: a kernel, joined to the thread's ports and shared memory.
import { parentPort } from "node:worker_threads";
import type { Answer } from "../../../boundary/questions.ts";
import { realClock, realLoop } from "../../../real-clock.ts";
import type { Dialect } from "../../api/dialect.ts";
import { ProgressRecord } from "../../runtime/progress-record.ts";
import { HostKernel, type KernelPorts } from "../../script/host-kernel.ts";
import { handoverPorts, receiveFromFront, startPorts } from "../common/kernel-messages.ts";
import { unpackSnapshot, type PackedSnapshot } from "../common/packed-snapshot.ts";
import { takeStandardOutput } from "../common/standard-output.ts";
import type { PackedBatch, ToHost } from "../common/messages.ts";
import { measureHeap } from "./measure-heap.ts";
import { takeInit } from "./thread-init.ts";
import { ThreadPort } from "./thread-port.ts";

/** Runs a host on this thread, by the spec that it was started with. */
export function runThread(dialects: ReadonlyMap<string, Dialect>): void {
  const init = takeInit();
  const progress = new ProgressRecord(init.progress);
  // Its code runs: it no longer waits for the machine.
  progress.phase("idle");
  const port = new ThreadPort(init, progress);
  const kernel = new HostKernel(init.spec, dialects, portsOf(port, progress));
  kernel.stacks.install();
  closePublicPort(() => kernel.ignoresMessages("parentPort.postMessage"));
  takeStandardOutput(realLoop, kernel.output);
  process.on("unhandledRejection", kernel.unhandledRejection);
  init.ends.messages.on("message", (message: PackedBatch | Exclude<ToHost, { kind: "applied" }>) => {
    if ("kind" in message && message.kind === "measure") measureHeap(progress);
    else receiveFromFront(message, kernel, port.post);
  });
  // Programs start at the end of this turn, before the first event: their claims are known when the host is ready.
  const ready = (): void => realLoop.atTurnEnd(() => port.post({ kind: "ready" }));
  kernel.life.start(startPorts(port.post, ready));
}

function portsOf(port: ThreadPort, progress: ProgressRecord): KernelPorts {
  return {
    runtime: {
      clock: realClock,
      loop: realLoop,
      progress,
      commit: port.commit,
      log: (line) => port.post({ kind: "log", line }),
      follow: () => unpackSnapshot(port.request({ kind: "follow" }) as PackedSnapshot),
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

/**
 * Scripts and packages can reach the public port of the thread. The front does not listen to it, and it is closed, so
 * that what they post is not collected there.
 */
function closePublicPort(onPosted: () => void): void {
  if (parentPort === null) throw new Error("thread-entry runs on a thread that the server starts");
  parentPort.close();
  parentPort.postMessage = onPosted;
}
