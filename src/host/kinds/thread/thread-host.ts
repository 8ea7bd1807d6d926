// Host: the front's end of a thread host.
import { Worker } from "node:worker_threads";
import type { Batch } from "../../../boundary/batch.ts";
import type { SessionSnapshot } from "../../../boundary/events.ts";
import type { PackedSessions } from "../../../boundary/handover.ts";
import { defaultBounds, hasLifeHooks, type HostBounds, type HostSpec } from "../../../boundary/host-spec.ts";
import type { HangTrace, Host, HostExit, HostListener } from "../../../boundary/host.ts";
import { messageOf } from "../../../boundary/checks.ts";
import { keepWorkingFolder } from "../../../working-folder.ts";
import { entryFile } from "../../../entry-file.ts";
import { realLoop } from "../../../real-clock.ts";
import { unsure } from "../../runtime/progress-record.ts";
import { errorLine, mapsOf } from "../../script/source-map.ts";
import type { HostPlace } from "../../watch/host-place.ts";
import { watch } from "../../watch/watch.ts";
import { ExitCause } from "../common/exit-cause.ts";
import { HostInbox } from "../common/host-inbox.ts";
import { memoryText } from "../common/memory-text.ts";
import { packBatch, transferOf } from "../common/messages.ts";
import { hangTrace } from "./hang-trace.ts";
import { HeapLook } from "./heap-look.ts";
import { threadCode, type ThreadCode } from "./thread-code.ts";
import type { ThreadInit } from "./thread-init.ts";
import { ThreadLink } from "./thread-link.ts";
import { ThreadMemory } from "./thread-memory.ts";

/** The front posts batches and never waits for it; its progress is read from shared memory, also after its end. */
export class ThreadHost implements Host {
  readonly incarnation: number;
  readonly #worker: Worker;
  readonly #memory = new ThreadMemory();
  readonly #link: ThreadLink;
  readonly #inbox: HostInbox;
  readonly #listener: HostListener;
  readonly #spec: HostSpec;
  readonly #cause = new ExitCause();
  readonly #heap: HeapLook;
  readonly #place: HostPlace;
  /** While it is asked where it stands. */
  #trace: Promise<HangTrace | null> | null = null;

  constructor(incarnation: number, spec: HostSpec, listener: HostListener) {
    this.incarnation = incarnation;
    this.#listener = listener;
    this.#spec = spec;
    this.#inbox = new HostInbox(spec, listener, {
      onRefused: this.#end,
      reply: (reply) => this.#link.reply(reply),
      onApplied: this.#onApplied,
    });
    this.#link = new ThreadLink({ onMessage: this.#inbox.receive, onUnreadable: this.#onUnreadable });
    this.#worker = this.#startWorker();
    this.#worker.on("error", this.#onError);
    this.#worker.on("exit", this.#onExit);
    this.#heap = new HeapLook(this.#worker, {
      ask: () => this.#link.post({ kind: "measure" }),
      used: (bytes) => this.#memory.record.used(bytes),
    });
    this.#place = this.#takePlace();
  }

  deliver(batch: Batch): void {
    this.#heap.wake();
    this.#link.post(packBatch(batch));
  }

  prepare(snapshots: readonly SessionSnapshot[], isLast: boolean): void {
    this.#link.post({ kind: "prepare", snapshots, isLast });
  }

  receiveState(packed: PackedSessions): void {
    this.#link.post({ kind: "receiveState", packed }, transferOf(packed));
  }

  handOver(): void {
    this.#link.post({ kind: "handOver" });
  }

  finish(limit: number): boolean {
    if (!hasLifeHooks(this.#spec)) return false;
    this.#link.post({ kind: "finish", limit });
    return true;
  }

  progress(): number {
    return this.#memory.record.progress;
  }

  inspect(reason: string): HostExit {
    return this.#memory.record.exit(reason);
  }

  usedBytes(): number {
    return this.#memory.record.usedBytes;
  }

  busyMs(): number {
    return this.#worker.performance.eventLoopUtilization().active;
  }

  expect(isAwaited: boolean): void {
    this.#place.expect(isAwaited);
  }

  trace(): Promise<HangTrace | null> {
    this.#trace ??= hangTrace(this.#worker.threadId, this.#spec).finally(() => (this.#trace = null));
    return this.#trace;
  }

  refuse(what: string): void {
    this.#inbox.refuse(what);
  }

  async stop(): Promise<void> {
    this.#inbox.isOver = true;
    this.#place.leave();
    await this.#worker.terminate();
  }

  #startWorker(): Worker {
    keepWorkingFolder();
    const { ends } = this.#link;
    const init: ThreadInit & { code: ThreadCode } = {
      code: threadCode(),
      spec: this.#spec,
      progress: this.#memory.progress,
      applied: this.#memory.applied,
      ends,
    };
    return new Worker(entryFile("thread-entry"), {
      workerData: init,
      transferList: [ends.messages, ends.replies],
      name: this.#spec.name,
      resourceLimits: {
        maxYoungGenerationSizeMb: YOUNG_MB,
        maxOldGenerationSizeMb: heapMebibytes(this.#spec),
      },
    });
  }

  #takePlace(): HostPlace {
    return watch.add(
      { source: { progress: this.#memory.progress }, ...boundsOf(this.#spec) },
      {
        onStands: this.#listener.onStands,
        onMemory: this.#onMemory,
        onBeat: this.#heap.beat,
      },
    );
  }

  // A tick at the end of the turn: a thread that is always a tick ahead would never let the sockets be read.
  readonly #onApplied = (isTick: boolean): void => {
    this.#memory.countCommit();
    if (isTick) realLoop.atTurnEnd(this.#memory.countTick);
  };

  readonly #onError = (error: unknown): void => {
    // A script may throw any value, null included.
    const isOutOfMemory = (error as NodeJS.ErrnoException | null | undefined)?.code === OUT_OF_MEMORY;
    this.#cause.set(errorLine(error, mapsOf(this.#spec)), isOutOfMemory);
  };

  // Ended from outside: a script can catch what is thrown inside.
  readonly #onMemory = (bytes: number): void => {
    if (this.#inbox.isOver) return;
    const exit = unsure(this.inspect(memoryText(bytes, boundsOf(this.#spec).memoryLimit)));
    void this.stop();
    this.#listener.onExit(exit);
  };

  readonly #onUnreadable = (error: unknown): void =>
    this.#inbox.refuse(`it cannot be read (${messageOf(error)})`);

  // A commit is lost, so later ones must not count. Redelivery, one event at a time, finds the one that sent it.
  readonly #end = (reason: string): void => {
    const exit = this.inspect(reason);
    void this.stop();
    this.#listener.onExit({ ...exit, phase: "microtasks" });
  };

  readonly #onExit = (code: number): void => {
    this.#link.end();
    this.#place.leave();
    if (this.#inbox.isOver) return;
    this.#inbox.isOver = true;
    this.#listener.onExit(this.#cause.exit(this, `its thread exited with code ${code}`, code));
  };
}

/** Objects of a message die young; Node's 48 MB for them would be most of the memory of an idle thread. */
const YOUNG_MB = 12;
const OUT_OF_MEMORY = "ERR_WORKER_OUT_OF_MEMORY";

/**
 * The share of a thread's heap that may be used: a Map that grows is copied into one of twice its size, and without room
 * for that the whole process aborts.
 */
const SAFE_SHARE = 0.45;

function heapMebibytes(spec: HostSpec): number {
  return Math.ceil(boundsOf(spec).memoryLimit / SAFE_SHARE / (1024 * 1024));
}

function boundsOf({ bounds = defaultBounds }: HostSpec): HostBounds {
  return bounds;
}
