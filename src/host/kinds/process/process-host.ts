// Host: the front's end of a process host.
import { keepWorkingFolder } from "../../../working-folder.ts";
import type { Batch } from "../../../boundary/batch.ts";
import type { SessionSnapshot } from "../../../boundary/events.ts";
import type { PackedSessions } from "../../../boundary/handover.ts";
import { isRecord, messageOf } from "../../../boundary/checks.ts";
import { defaultBounds, hasLifeHooks, type HostBounds, type HostSpec } from "../../../boundary/host-spec.ts";
import type { Host, HostExit, HostListener } from "../../../boundary/host.ts";
import { realLoop } from "../../../real-clock.ts";
import { errorLine, mapsOf } from "../../script/source-map.ts";
import type { HostPlace } from "../../watch/host-place.ts";
import { watch } from "../../watch/watch.ts";
import { ExitCause } from "../common/exit-cause.ts";
import { HostInbox } from "../common/host-inbox.ts";
import { MEBIBYTE, memoryText } from "../common/memory-text.ts";
import { packBatch } from "../common/messages.ts";
import { cpuTimeOf } from "./cpu-time.ts";
import { HostProcess } from "./host-process.ts";
import { PrivateFile } from "./private-file.ts";
import type { ProcessError, ProcessInit } from "./process-messages.ts";
import { RawOutput } from "./raw-output.ts";

/**
 * Contains also faults that end a whole process, such as running out of memory. Its progress is read from a private
 * file, also after its end.
 */
export class ProcessHost implements Host {
  readonly incarnation: number;
  readonly #process: HostProcess;
  readonly #progressFile = new PrivateFile();
  readonly #inbox: HostInbox;
  readonly #listener: HostListener;
  readonly #spec: HostSpec;
  readonly #cause = new ExitCause();
  readonly #place: HostPlace;
  readonly #applied = { commits: 0, ticks: 0 };

  constructor(incarnation: number, spec: HostSpec, listener: HostListener) {
    this.incarnation = incarnation;
    this.#listener = listener;
    this.#spec = spec;
    this.#inbox = new HostInbox(spec, listener, {
      onRefused: this.#end,
      reply: (reply) => this.#process.reply(reply),
      onApplied: this.#onApplied,
    });
    try {
      this.#process = this.#startProcess();
    } catch (error) {
      this.#progressFile.close();
      throw error;
    }
    this.#process.post({ spec } satisfies ProcessInit);
    this.#place = this.#takePlace();
  }

  deliver(batch: Batch): void {
    this.#process.post(packBatch(batch));
  }

  prepare(snapshots: readonly SessionSnapshot[], isLast: boolean): void {
    this.#process.post({ kind: "prepare", snapshots, isLast });
  }

  receiveState(packed: PackedSessions): void {
    this.#process.post({ kind: "receiveState", packed });
  }

  handOver(): void {
    this.#process.post({ kind: "handOver" });
  }

  finish(limit: number): boolean {
    if (!hasLifeHooks(this.#spec)) return false;
    this.#process.post({ kind: "finish", limit });
    return true;
  }

  progress(): number {
    return this.#progressFile.read().progress;
  }

  inspect(reason: string): HostExit {
    return this.#progressFile.read().exit(reason);
  }

  usedBytes(): number {
    return this.#place.usedBytes;
  }

  busyMs(): number | null {
    return cpuTimeOf(this.#process.pid);
  }

  expect(isAwaited: boolean): void {
    this.#place.expect(isAwaited);
  }

  refuse(what: string): void {
    this.#inbox.refuse(what);
  }

  async stop(): Promise<void> {
    this.#inbox.isOver = true;
    this.#process.kill();
    await this.#process.ended;
  }

  get #bounds(): HostBounds {
    return this.#spec.bounds ?? defaultBounds;
  }

  #takePlace(): HostPlace {
    const source = { progressFile: this.#progressFile.descriptor, pid: this.#process.pid };
    return watch.add(
      { source, ...this.#bounds },
      { onStands: this.#listener.onStands, onMemory: this.#onMemory },
    );
  }

  #startProcess(): HostProcess {
    keepWorkingFolder();
    const heapLimit = Math.ceil(this.#bounds.memoryLimit / MEBIBYTE);
    const output = new RawOutput(this.#spec, this.#listener.onLog);
    return new HostProcess(
      { heapLimit, progressFile: this.#progressFile.descriptor },
      {
        onMessage: this.#onMessage,
        onUnreadable: this.#onUnreadable,
        onError: (error) => this.#cause.set(error.message),
        onOutput: output.take,
        onExit: ({ code, signal }) => this.#onExit(code, signal),
      },
    );
  }

  readonly #onMessage = (message: unknown): void => {
    if (isRecord(message) && message["kind"] === "error") this.#onScriptError(message);
    else this.#inbox.receive(message);
  };

  #onScriptError({ message, stack }: Partial<Record<keyof ProcessError, unknown>>): void {
    const error = { name: "Error", message: String(message), stack: String(stack) };
    this.#cause.set(errorLine(error, mapsOf(this.#spec)));
  }

  readonly #onUnreadable = (error: unknown): void =>
    this.#inbox.refuse(`it cannot be read (${messageOf(error)})`);

  // A commit is lost, so later ones must not count. Redelivery, one event at a time, finds the one that sent it.
  readonly #end = (reason: string): void => {
    const exit = this.inspect(reason);
    void this.stop();
    this.#listener.onExit({ ...exit, phase: "microtasks" });
  };

  // A tick at the end of the turn: a process that is always a tick ahead would never let the sockets be read.
  readonly #onApplied = (isTick: boolean): void => {
    const applied = this.#applied;
    applied.commits = (applied.commits + 1) | 0;
    if (isTick) applied.ticks = (applied.ticks + 1) | 0;
    if (isTick) realLoop.atTurnEnd(() => this.#process.post({ kind: "applied", ...applied }));
    else if (applied.commits % REPORT_EVERY === 0) this.#process.post({ kind: "applied", ...applied });
  };

  readonly #onMemory = (bytes: number): void => {
    if (this.#inbox.isOver) return;
    this.#cause.set(memoryText(bytes, this.#bounds.memoryLimit), true);
    this.#process.kill();
  };

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    this.#place.leave();
    if (!this.#inbox.isOver) {
      this.#inbox.isOver = true;
      this.#reportExit(code, signal);
    }
    this.#progressFile.close();
  }

  #reportExit(code: number | null, signal: NodeJS.Signals | null): void {
    if (!this.#cause.isKnown && signal === "SIGABRT")
      this.#cause.set("its process aborted, most likely out of memory", true);
    const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
    this.#listener.onExit(this.#cause.exit(this, `its process ${how}`, code));
  }
}

/** The host is informed each time this number of commits is applied: a fraction of those by which it may be ahead. */
const REPORT_EVERY = 32;
