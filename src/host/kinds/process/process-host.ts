import { fork, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { accessSync, closeSync, constants, openSync, readSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import type { SessionSnapshot } from "../../../boundary/events.ts";
import type { PackedSessions } from "../../../boundary/handover.ts";
import { receive, isOfHost, packBatch, unpackCommit, type PackedCommit, type ToHost } from "../messages.ts";
import { entryFile } from "../../../entry-file.ts";
import { defaultBounds, type HostSpec } from "../../../boundary/host-spec.ts";
import { ProgressRecord, PROGRESS_BYTES, unsure } from "../../runtime/progress-record.ts";
import * as pipes from "./process-messages.ts";
import { realLoop } from "../../../real-clock.ts";
import { residentBytes } from "./process-memory.ts";
import { mapStack } from "../../script/source-map.ts";
import type { Batch, Commit } from "../../../boundary/batch.ts";
import type { Host, HostExit, HostListener } from "../../../boundary/host.ts";

const MEBIBYTE = 1024 * 1024;
/** How often its memory is looked at, ms. */
const SAMPLE_EVERY = 50;
/** What it said last may still be on its way when it has ended, ms. */
const LAST_WORDS = 50;

/**
 * A host in a process of its own: contains also what takes a whole process down, memory first of all. What it was at is
 * read from a private file when it has died.
 */
export class ProcessHost implements Host {
  readonly incarnation: number;
  readonly #child: ChildProcess;
  readonly #marksFile: number;
  readonly #memory = new ArrayBuffer(PROGRESS_BYTES);
  readonly #marks = new ProgressRecord(this.#memory);
  readonly #listener: HostListener;
  readonly #spec: HostSpec;
  readonly #ended: Promise<void>;
  #sampling: NodeJS.Timeout;
  #reason = "";
  #isOutOfMemory = false;
  #isOver = false;
  #ticksTaken = 0;
  #said = "";

  constructor(incarnation: number, spec: HostSpec, listener: HostListener) {
    this.incarnation = incarnation;
    this.#listener = listener;
    this.#spec = spec;
    this.#marksFile = privateFile();
    this.#child = this.#fork();
    this.#ended = new Promise((resolve) => this.#watch(resolve));
    this.#post({ spec } satisfies pipes.ProcessInit);
    this.#sampling = setInterval(this.#sample, SAMPLE_EVERY).unref();
  }

  deliver(batch: Batch): void {
    this.#post(packBatch(batch));
  }

  prepare(adoptions: readonly SessionSnapshot[], isLast: boolean): void {
    this.#post({ kind: "prepare", adoptions, isLast } satisfies ToHost);
  }

  receiveState(left: PackedSessions): void {
    this.#post({ kind: "inherit", left } satisfies ToHost);
  }

  handOver(): void {
    this.#post({ kind: "retire" } satisfies ToHost);
  }

  progress(): number {
    return this.#readMarks().progress;
  }

  inspect(reason: string): HostExit {
    return this.#readMarks().exit(reason);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  get #memoryLimit(): number {
    return (this.#spec.bounds ?? defaultBounds).memoryLimit;
  }

  #fork(): ChildProcess {
    return fork(fileURLToPath(entryFile("process-entry")), {
      serialization: "advanced",
      stdio: ["ignore", "inherit", "inherit", "pipe", "pipe", this.#marksFile, "ipc"],
      execArgv: [`--max-old-space-size=${Math.ceil(this.#memoryLimit / MEBIBYTE)}`],
    });
  }

  #watch(onEnded: () => void): void {
    const says = this.#child.stdio[pipes.MESSAGES_FD] as Readable;
    says.setEncoding("utf8").on("data", this.#hear);
    for (const pipe of [says, this.#child.stdio[pipes.REPLIES_FD]]) pipe?.on("error", () => undefined);
    this.#child.on("message", this.#onMessage);
    this.#child.on("error", (error) => (this.#reason = error.message));
    this.#child.once("exit", (code, signal) => {
      // Once: a number of a file that is closed a second time may be somebody else's by then.
      const finish = (): void => {
        clearTimeout(late);
        this.#child.off("close", finish);
        clearInterval(this.#sampling);
        this.#finish(signal === null ? `exit code ${code}` : signal);
        onEnded();
      };
      const late = setTimeout(finish, LAST_WORDS);
      this.#child.once("close", finish);
    });
  }

  #post(message: object): void {
    // A process that has just died is told of by its exit.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  // From the moment that an incarnation is given up, what still comes from it is discarded (but for its log).
  readonly #onMessage = (message: unknown): void => {
    if (this.#isOver || !isOfHost(message)) return;
    if (Array.isArray(message)) this.#onCommit(this.#commitOf(message as unknown as PackedCommit));
    else receive(message as pipes.FromProcess, this.#listener);
  };

  // Not before this turn ends: a process that is always a tick ahead would never let the sockets be read.
  #onCommit(commit: Commit): void {
    this.#listener.onCommit(commit);
    if (!commit.urgent) return;
    this.#ticksTaken += 1;
    realLoop.atTurnEnd(() => this.#post({ kind: "taken", ticks: this.#ticksTaken } satisfies ToHost));
  }

  #commitOf(packed: PackedCommit): Commit {
    const commit = unpackCommit(packed);
    return commit.commands.length === 0 ? commit : { ...commit, commands: pipes.ownBytes(commit.commands) };
  }

  readonly #hear = (text: string): void => {
    const lines = (this.#said + text).split("\n");
    this.#said = lines.pop() ?? "";
    for (const line of lines) this.#take(JSON.parse(line) as pipes.ProcessMessage);
  };

  #take(saying: pipes.ProcessMessage): void {
    if (saying.kind === "log") this.#listener.onLog(saying.line);
    else if (saying.kind === "error") this.#reason = this.#explained(saying);
    else if (this.#isOver) return;
    else if (saying.kind === "ask") this.#listener.onQuestion(saying.question, this.#reply);
    else this.#reply(this.#listener.onFollow());
  }

  readonly #reply = (reply: pipes.Reply): void => {
    if (this.#isOver) return;
    const bytes = serialize(reply);
    const length = Buffer.alloc(pipes.LENGTH_BYTES);
    length.writeUInt32LE(bytes.length);
    const pipe = this.#child.stdio[pipes.REPLIES_FD] as Writable;
    pipe.write(Buffer.concat([length, bytes]));
  };

  #explained({ message, stack }: { readonly message: string; readonly stack: string }): string {
    const sources = [...this.#spec.scripts.map((script) => script.source), ...this.#spec.shared];
    const mapOf = (name: string): string | undefined => sources.find((source) => source?.name === name)?.map;
    const mapped = mapStack({ name: "Error", message, stack }, mapOf);
    return mapped.at === null ? mapped.message : `${mapped.message} (${mapped.at})`;
  }

  readonly #sample = (): void => {
    const bytes = residentBytes(this.#child.pid ?? 0);
    if (bytes === null || bytes <= this.#memoryLimit || this.#isOver) return;
    this.#isOutOfMemory = true;
    this.#reason = `took ${Math.round(bytes / MEBIBYTE)} MiB, over memoryLimit (${this.#memoryLimit / MEBIBYTE} MiB)`;
    this.#child.kill("SIGKILL");
  };

  #finish(how: string): void {
    if (!this.#isOver) {
      this.#isOver = true;
      if (this.#reason === "" && how === "SIGABRT") {
        this.#isOutOfMemory = true;
        this.#reason = "the process aborted, most likely out of memory";
      }
      const exit = this.inspect(this.#reason === "" ? `the process ended by itself (${how})` : this.#reason);
      this.#listener.onExit(this.#isOutOfMemory ? unsure(exit) : exit);
    }
    closeSync(this.#marksFile);
  }

  #readMarks(): ProgressRecord {
    readSync(this.#marksFile, new Uint8Array(this.#memory), 0, PROGRESS_BYTES, 0);
    return this.#marks;
  }
}

// In memory where the machine has such a place. It has no name from the start: nobody else opens it, and it goes with
// those that have it open.
function privateFile(): number {
  const path = join(memoryFolder(), `parlor-${randomUUID()}`);
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  unlinkSync(path);
  return file;
}

function memoryFolder(): string {
  try {
    accessSync("/dev/shm", constants.W_OK);
    return "/dev/shm";
  } catch {
    return tmpdir();
  }
}
