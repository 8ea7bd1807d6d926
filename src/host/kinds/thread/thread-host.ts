// Host: the front's end of a thread host.
import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import type { Batch, Commit } from "../../../boundary/batch.ts";
import type { Snapshot } from "../../../boundary/directory-record.ts";
import type { SessionSnapshot } from "../../../boundary/events.ts";
import type { PackedSessions } from "../../../boundary/handover.ts";
import { defaultBounds, type HostSpec } from "../../../boundary/host-spec.ts";
import type { Host, HostExit, HostListener } from "../../../boundary/host.ts";
import type { Answer } from "../../../boundary/questions.ts";
import { entryFile } from "../../../entry-file.ts";
import { realLoop } from "../../../real-clock.ts";
import { ProgressRecord, PROGRESS_BYTES } from "../../runtime/progress-record.ts";
import { errorLine, mapsOf } from "../../script/source-map.ts";
import { ExitCause } from "../common/exit-cause.ts";
import { isFromHost, packBatch, receiveNotice, unpackCommit } from "../common/messages.ts";
import type { PackedBatch, ToHost } from "../common/messages.ts";
import { SAFE_SHARE } from "./heap-watch.ts";
import type { ThreadInit } from "./thread-init.ts";

/** The front posts batches and never waits for it; its progress is read from shared memory, also after its end. */
export class ThreadHost implements Host {
  readonly incarnation: number;
  readonly #worker: Worker;
  readonly #memory = new SharedArrayBuffer(PROGRESS_BYTES);
  readonly #progress = new ProgressRecord(this.#memory);
  readonly #wakeSignal = new Int32Array(new SharedArrayBuffer(4));
  readonly #ackedTicks = new Int32Array(new SharedArrayBuffer(4));
  readonly #replies: MessagePort;
  readonly #listener: HostListener;
  readonly #spec: HostSpec;
  readonly #cause = new ExitCause();
  #isOver = false;

  constructor(incarnation: number, spec: HostSpec, listener: HostListener) {
    this.incarnation = incarnation;
    this.#listener = listener;
    this.#spec = spec;
    const { port1, port2 } = new MessageChannel();
    this.#replies = port1;
    this.#worker = this.#startWorker(port2);
    this.#worker.on("message", this.#onMessage);
    this.#worker.on("messageerror", this.#onUnreadable);
    this.#worker.on("error", this.#onError);
    this.#worker.on("exit", this.#onExit);
  }

  deliver(batch: Batch): void {
    this.#post(packBatch(batch));
  }

  prepare(snapshots: readonly SessionSnapshot[], isLast: boolean): void {
    this.#post({ kind: "prepare", snapshots, isLast });
  }

  receiveState(packed: PackedSessions): void {
    this.#post({ kind: "receiveState", packed });
  }

  handOver(): void {
    this.#post({ kind: "handOver" });
  }

  progress(): number {
    return this.#progress.progress;
  }

  inspect(reason: string): HostExit {
    return this.#progress.exit(reason);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#replies.close();
    await this.#worker.terminate();
  }

  #startWorker(replies: MessagePort): Worker {
    const init: ThreadInit = {
      spec: this.#spec,
      progress: this.#memory,
      wakeSignal: this.#wakeSignal.buffer,
      ackedTicks: this.#ackedTicks.buffer,
      replies,
    };
    return new Worker(entryFile("thread-entry"), {
      workerData: init,
      transferList: [replies],
      name: this.#spec.name,
      resourceLimits: {
        maxYoungGenerationSizeMb: YOUNG_MB,
        maxOldGenerationSizeMb: heapMebibytes(this.#spec),
      },
    });
  }

  #post(message: PackedBatch | ToHost): void {
    this.#worker.postMessage(message);
    this.#wake();
  }

  #wake(): void {
    Atomics.add(this.#wakeSignal, 0, 1);
    Atomics.notify(this.#wakeSignal, 0);
  }

  // When an incarnation is abandoned, its later messages are discarded, except for log lines.
  readonly #onMessage = (message: unknown): void => {
    if (!isFromHost(message)) return;
    if ("kind" in message && message.kind === "log") this.#listener.onLog(message.line);
    else if (this.#isOver) return;
    else if (!("kind" in message)) this.#onCommit(unpackCommit(message));
    else if (message.kind === "question") this.#listener.onQuestion(message.question, this.#reply);
    else if (message.kind === "follow") this.#reply(this.#listener.onFollow());
    else receiveNotice(message, this.#listener);
  };

  // Acknowledged at the end of the turn: a thread that is always a tick ahead would never let the sockets be read.
  #onCommit(commit: Commit): void {
    this.#listener.onCommit(commit);
    if (commit.urgent) realLoop.atTurnEnd(() => void Atomics.add(this.#ackedTicks, 0, 1));
  }

  readonly #reply = (reply: Answer | Snapshot): void => {
    if (this.#isOver) return;
    this.#replies.postMessage(reply);
    this.#wake();
  };

  readonly #onError = (error: unknown): void => {
    // A script may throw any value, null included.
    const isOutOfMemory = (error as NodeJS.ErrnoException | null | undefined)?.code === OUT_OF_MEMORY;
    this.#cause.set(errorLine(error, mapsOf(this.#spec)), isOutOfMemory);
  };

  // A commit is lost, so later ones must not count. Redelivery, one event at a time, finds the one that sent it.
  readonly #onUnreadable = (error: Error): void => {
    if (this.#isOver) return;
    const exit = this.inspect(`its message to the server cannot be read (${error.message})`);
    void this.stop();
    this.#listener.onExit({ ...exit, phase: "microtasks" });
  };

  readonly #onExit = (code: number): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#replies.close();
    this.#listener.onExit(this.#cause.exit(this, `its thread exited with code ${code}`));
  };
}

/** Objects of a message die young; Node's 48 MB for them would be most of the memory of an idle thread. */
const YOUNG_MB = 12;
const OUT_OF_MEMORY = "ERR_WORKER_OUT_OF_MEMORY";

function heapMebibytes(spec: HostSpec): number {
  return Math.ceil((spec.bounds ?? defaultBounds).memoryLimit / SAFE_SHARE / (1024 * 1024));
}
