import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import type { Answer } from "../../../boundary/questions.ts";
import type { SessionSnapshot } from "../../../boundary/events.ts";
import type { PackedSessions } from "../../../boundary/handover.ts";
import { receive, isOfHost, packBatch, unpackCommit } from "../messages.ts";
import type { FromThread, PackedBatch, ThreadInit, ToHost } from "../messages.ts";
import { entryFile } from "../../../entry-file.ts";
import { SAFE_SHARE } from "./heap-watch.ts";
import { defaultBounds, type HostSpec } from "../../../boundary/host-spec.ts";
import { ProgressRecord, PROGRESS_BYTES, unsure } from "../../runtime/progress-record.ts";
import { realLoop } from "../../../real-clock.ts";
import { mapStack } from "../../script/source-map.ts";
import type { Snapshot } from "../../../boundary/directory-record.ts";
import type { Batch, Commit } from "../../../boundary/batch.ts";
import type { Host, HostExit, HostListener } from "../../../boundary/host.ts";

/** What a script allocates per message dies young; Node's 48 MB for that would be most of what an idle thread holds. */
const YOUNG_MB = 12;
const OUT_OF_MEMORY = "ERR_WORKER_OUT_OF_MEMORY";

/**
 * A host on a thread of its own. The front posts batches and never waits for it; what the thread was at is read from
 * shared memory when it has died.
 */
export class ThreadHost implements Host {
  readonly incarnation: number;
  readonly #worker: Worker;
  readonly #marks: ProgressRecord;
  readonly #bell = new Int32Array(new SharedArrayBuffer(4));
  readonly #taken = new Int32Array(new SharedArrayBuffer(4));
  readonly #answers: MessagePort;
  readonly #listener: HostListener;
  readonly #spec: HostSpec;
  #reason = "";
  #isOutOfMemory = false;
  #isOver = false;

  constructor(incarnation: number, spec: HostSpec, listener: HostListener) {
    this.incarnation = incarnation;
    this.#listener = listener;
    this.#spec = spec;
    const marks = new SharedArrayBuffer(PROGRESS_BYTES);
    this.#marks = new ProgressRecord(marks);
    const { port1, port2 } = new MessageChannel();
    this.#answers = port1;
    const birth: ThreadInit = {
      spec,
      progress: marks,
      wakeSignal: this.#bell.buffer,
      ackedTicks: this.#taken.buffer,
      answers: port2,
    };
    this.#worker = new Worker(entryFile("thread-entry"), {
      workerData: birth,
      transferList: [port2],
      name: spec.name,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: heapMebibytes(spec) },
    });
    this.#worker.on("message", this.#onMessage);
    this.#worker.on("messageerror", this.#onUnreadable);
    this.#worker.on("error", this.#onError);
    this.#worker.on("exit", this.#onExit);
  }

  deliver(batch: Batch): void {
    this.#post(packBatch(batch));
  }

  #post(message: PackedBatch | ToHost): void {
    this.#worker.postMessage(message);
    this.#ring();
  }

  prepare(adoptions: readonly SessionSnapshot[], isLast: boolean): void {
    this.#post({ kind: "prepare", adoptions, isLast });
  }

  receiveState(left: PackedSessions): void {
    this.#post({ kind: "inherit", left });
  }

  handOver(): void {
    this.#post({ kind: "retire" });
  }

  progress(): number {
    return this.#marks.progress;
  }

  inspect(reason: string): HostExit {
    return this.#marks.exit(reason);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#answers.close();
    await this.#worker.terminate();
  }

  #ring(): void {
    Atomics.add(this.#bell, 0, 1);
    Atomics.notify(this.#bell, 0);
  }

  // From the moment that an incarnation is given up, what still comes from it is discarded (but for its log).
  readonly #onMessage = (message: FromThread): void => {
    if (!isOfHost(message)) return;
    if (!("kind" in message)) {
      if (!this.#isOver) this.#onCommit(unpackCommit(message));
    } else if (message.kind === "log") {
      this.#listener.onLog(message.line);
    } else if (this.#isOver) {
      return;
    } else if (message.kind === "ask") {
      this.#listener.onQuestion(message.question, this.#answer);
    } else if (message.kind === "follow") {
      this.#answer(this.#listener.onFollow());
    } else receive(message, this.#listener);
  };

  // Not before this turn ends: a thread that is always a tick ahead would never let the sockets be read.
  #onCommit(commit: Commit): void {
    this.#listener.onCommit(commit);
    if (commit.urgent) realLoop.atTurnEnd(() => void Atomics.add(this.#taken, 0, 1));
  }

  readonly #answer = (answer: Answer | Snapshot): void => {
    if (this.#isOver) return;
    this.#answers.postMessage(answer);
    this.#ring();
  };

  readonly #onError = (error: unknown): void => {
    // A script may throw anything, null included.
    this.#isOutOfMemory = (error as NodeJS.ErrnoException | null | undefined)?.code === OUT_OF_MEMORY;
    const { message, at } = mapStack(error, (name) => this.#mapOf(name));
    this.#reason = at === null ? message : `${message} (${at})`;
  };

  // A commit is lost, so nothing that comes after it may count. Which event made it shows when they come again.
  readonly #onUnreadable = (error: Error): void => {
    if (this.#isOver) return;
    const exit = this.inspect(`what it told the server cannot be read (${error.message})`);
    void this.stop();
    this.#listener.onExit({ ...exit, phase: "microtasks" });
  };

  #mapOf(name: string): string | undefined {
    const sources = [...this.#spec.scripts.map((script) => script.source), ...this.#spec.shared];
    return sources.find((source) => source?.name === name)?.map;
  }

  readonly #onExit = (code: number): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#answers.close();
    const itself = `the thread ended by itself (exit code ${code})`;
    const exit = this.inspect(this.#reason === "" ? itself : this.#reason);
    this.#listener.onExit(this.#isOutOfMemory ? unsure(exit) : exit);
  };
}

function heapMebibytes(spec: HostSpec): number {
  return Math.ceil((spec.bounds ?? defaultBounds).memoryLimit / SAFE_SHARE / (1024 * 1024));
}
