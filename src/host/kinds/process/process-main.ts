import { readSync, writeSync } from "node:fs";
import { deserialize } from "node:v8";
import type { Answer } from "../../../boundary/questions.ts";
import type { Dialect } from "../../api/dialect.ts";
import { assemble } from "../../script/host-kernel.ts";
import { packCommit, unpackBatch, type PackedBatch, type PackedCommit, type ToHost } from "../messages.ts";
import type { HostSpec } from "../../../boundary/host-spec.ts";
import { ProgressRecord, PROGRESS_BYTES } from "../../runtime/progress-record.ts";
import { endWithServer } from "./orphan-watch.ts";
import * as pipes from "./process-messages.ts";
import { realClock, realLoop } from "../../../real-clock.ts";
import type { Snapshot } from "../../../boundary/directory-record.ts";
import type { Commit } from "../../../boundary/batch.ts";

/** Runs a host in this process, by the spec that the server sends first. */
export function runProcess(dialects: ReadonlyMap<string, Dialect>): void {
  if (process.send === undefined) throw new Error("process-entry runs in a process that the server starts");
  process.once("message", ({ spec }: pipes.ProcessInit) => begin(spec, dialects));
  // The server has gone, and everybody this process worked for with it.
  process.once("disconnect", () => process.exit(0));
  endWithServer();
  // Ctrl-C in a terminal, and many a service manager, tell all processes of a group. The server ends this one when its
  // sessions have been told.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
}

function post(message: pipes.FromProcess | PackedCommit): void {
  if (process.connected) process.send?.(message);
}

// Written before the next statement runs: so it survives whatever that does.
function say(saying: pipes.ProcessMessage): void {
  writeSync(pipes.MESSAGES_FD, `${JSON.stringify(saying)}\n`);
}

// The front never waits for scripts, so blocking for its answer cannot deadlock.
function ask(question: Extract<pipes.ProcessMessage, { kind: "follow" | "ask" }>): pipes.Reply {
  say(question);
  const length = readExactly(pipes.LENGTH_BYTES).readUInt32LE(0);
  return deserialize(readExactly(length)) as pipes.Reply;
}

function readExactly(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const count = readSync(pipes.REPLIES_FD, bytes, at, length - at, null);
    if (count === 0) process.exit(0);
    at += count;
  }
  return bytes;
}

// A private file that the front reads when this process has died.
function fileMarks(): ProgressRecord {
  const memory = new ArrayBuffer(PROGRESS_BYTES);
  const bytes = new Uint8Array(memory);
  return new ProgressRecord(memory, () => void writeSync(pipes.PROGRESS_FD, bytes, 0, PROGRESS_BYTES, 0));
}

function begin(spec: HostSpec, dialects: ReadonlyMap<string, Dialect>): void {
  let [ticks, taken] = [0, 0];
  const commit = (made: Commit): void => {
    if (made.urgent) ticks += 1;
    post(packCommit(made));
  };
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const assembly = assemble(spec, {
    dialects,
    clock: realClock,
    loop: realLoop,
    progress: fileMarks(),
    commit,
    log: (line) => say({ kind: "log", line }),
    follow: () => ask({ kind: "follow" }) as Snapshot,
    ask: (question) => ask({ kind: "ask", question }) as Answer,
    // Nobody can wake it, so it sleeps in short pieces, between which messages are read.
    block: (ms) => void Atomics.wait(sleeper, 0, 0, Math.min(ms, 1)),
    unackedTicks: () => ticks - taken,
    tickSample: (pulse) => post({ kind: "pulse", pulse }),
    handover: {
      prepared: (problem) => post({ kind: "prepared", problem }),
      left: (left) => post({ kind: "left", left }),
      retired: (retirement) => post({ kind: "retired", retirement }),
      released: (legacy) => post({ kind: "released", legacy }),
    },
  });
  process.on("unhandledRejection", (reason) => assembly.rejected(reason));
  process.on("uncaughtException", end);
  process.on("message", (message: PackedBatch | ToHost) => {
    if (!("kind" in message)) assembly.runtime.deliver(unpackBatch(pipes.ownBytes(message)));
    else if (message.kind === "prepare") assembly.handover.prepare(message.adoptions, message.isLast);
    else if (message.kind === "inherit") assembly.runtime.receiveState(message.left);
    else if (message.kind === "retire") assembly.handover.handOver();
    else taken = message.ticks;
  });
  // Programs begin at the end of this turn, and are ready when they have.
  realLoop.atTurnEnd(() => post({ kind: "ready" }));
}

function end(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  say({ kind: "error", message, stack: stack ?? "" });
  process.exit(1);
}
