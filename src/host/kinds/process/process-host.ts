// Host: the front's end of a process host.
import type { Batch, Commit } from "../../../boundary/batch.ts";
import type { SessionSnapshot } from "../../../boundary/events.ts";
import type { PackedSessions } from "../../../boundary/handover.ts";
import { defaultBounds, type HostSpec } from "../../../boundary/host-spec.ts";
import type { Host, HostExit, HostListener } from "../../../boundary/host.ts";
import { realLoop } from "../../../real-clock.ts";
import { errorLine, mapsOf } from "../../script/source-map.ts";
import { ExitCause } from "../common/exit-cause.ts";
import { MEBIBYTE, memoryText } from "../common/memory-text.ts";
import { isFromHost, packBatch, receiveNotice, unpackCommit } from "../common/messages.ts";
import type { HostNotice, PackedCommit, ToHost } from "../common/messages.ts";
import { HostProcess } from "./host-process.ts";
import { PrivateFile } from "./private-file.ts";
import { residentBytes } from "./process-memory.ts";
import { ownBytes, type ProcessInit, type ProcessMessage, type Reply } from "./process-messages.ts";

/**
 * Contains also faults that end a whole process, such as running out of memory. Its progress is read from a private
 * file, also after its end.
 */
export class ProcessHost implements Host {
  readonly incarnation: number;
  readonly #process: HostProcess;
  readonly #progressFile = new PrivateFile();
  readonly #listener: HostListener;
  readonly #spec: HostSpec;
  readonly #cause = new ExitCause();
  readonly #sampling: NodeJS.Timeout;
  #isOver = false;
  #appliedTicks = 0;

  constructor(incarnation: number, spec: HostSpec, listener: HostListener) {
    this.incarnation = incarnation;
    this.#listener = listener;
    this.#spec = spec;
    this.#process = this.#startProcess();
    this.#process.post({ spec } satisfies ProcessInit);
    this.#sampling = setInterval(this.#sampleMemory, SAMPLE_EVERY).unref();
  }

  deliver(batch: Batch): void {
    this.#process.post(packBatch(batch));
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
    return this.#progressFile.read().progress;
  }

  inspect(reason: string): HostExit {
    return this.#progressFile.read().exit(reason);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#process.kill();
    await this.#process.ended;
  }

  get #memoryLimit(): number {
    return (this.#spec.bounds ?? defaultBounds).memoryLimit;
  }

  #startProcess(): HostProcess {
    const heapLimit = Math.ceil(this.#memoryLimit / MEBIBYTE);
    return new HostProcess(
      { heapLimit, progressFile: this.#progressFile.descriptor },
      {
        onLine: this.#onLine,
        onMessage: this.#onMessage,
        onError: (error) => this.#cause.set(error.message),
        onExit: ({ code, signal }) => this.#onExit(code, signal),
      },
    );
  }

  #post(message: ToHost): void {
    this.#process.post(message);
  }

  // When an incarnation is abandoned, its later messages are discarded, except for log lines.
  readonly #onMessage = (message: unknown): void => {
    if (this.#isOver || !isFromHost(message)) return;
    if ("kind" in message) receiveNotice(message as HostNotice, this.#listener);
    else this.#onCommit(commitOf(message));
  };

  // Acknowledged at the end of the turn: a process that is always a tick ahead would never let the sockets be read.
  #onCommit(commit: Commit): void {
    this.#listener.onCommit(commit);
    if (!commit.urgent) return;
    this.#appliedTicks += 1;
    realLoop.atTurnEnd(() => this.#post({ kind: "ackedTicks", ticks: this.#appliedTicks }));
  }

  readonly #onLine = (message: ProcessMessage): void => {
    if (message.kind === "log") this.#listener.onLog(message.line);
    else if (message.kind === "error") this.#onScriptError(message);
    else if (this.#isOver) return;
    else if (message.kind === "question") this.#listener.onQuestion(message.question, this.#reply);
    else this.#reply(this.#listener.onFollow());
  };

  #onScriptError({ message, stack }: { readonly message: string; readonly stack: string }): void {
    this.#cause.set(errorLine({ name: "Error", message, stack }, mapsOf(this.#spec)));
  }

  readonly #reply = (reply: Reply): void => {
    if (!this.#isOver) this.#process.reply(reply);
  };

  readonly #sampleMemory = (): void => {
    const bytes = residentBytes(this.#process.pid);
    if (bytes === null || bytes <= this.#memoryLimit || this.#isOver) return;
    this.#cause.set(memoryText(bytes, this.#memoryLimit), true);
    this.#process.kill();
  };

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    clearInterval(this.#sampling);
    if (!this.#isOver) {
      this.#isOver = true;
      this.#reportExit(code, signal);
    }
    this.#progressFile.close();
  }

  #reportExit(code: number | null, signal: NodeJS.Signals | null): void {
    if (!this.#cause.isKnown && signal === "SIGABRT")
      this.#cause.set("its process aborted, most likely out of memory", true);
    const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
    this.#listener.onExit(this.#cause.exit(this, `its process ${how}`));
  }
}

/** The time between two samples of its memory, ms. */
const SAMPLE_EVERY = 50;

function commitOf(packed: PackedCommit): Commit {
  const commit = unpackCommit(packed);
  return commit.commands.length === 0 ? commit : { ...commit, commands: ownBytes(commit.commands) };
}
