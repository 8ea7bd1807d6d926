// Host: the process's end of a process host: a kernel, joined to the process's channel and pipes.
import type { Commit } from "../../../boundary/batch.ts";
import type { Snapshot } from "../../../boundary/directory-record.ts";
import type { HostSpec } from "../../../boundary/host-spec.ts";
import type { Answer } from "../../../boundary/questions.ts";
import { realClock, realLoop } from "../../../real-clock.ts";
import type { Dialect } from "../../api/dialect.ts";
import { HostKernel, type KernelPorts } from "../../script/host-kernel.ts";
import { handoverPorts, receiveFromFront } from "../common/kernel-messages.ts";
import {
  packCommit,
  type HostNotice,
  type PackedBatch,
  type PackedCommit,
  type ToHost,
} from "../common/messages.ts";
import { endWithServer } from "./orphan-watch.ts";
import { ownBytes, type ProcessInit } from "./process-messages.ts";
import { progressFile, requestReply, sendLine } from "./process-pipes.ts";

/** Runs a host in this process, by the spec that the server sends first. */
export function runProcess(dialects: ReadonlyMap<string, Dialect>): void {
  if (process.send === undefined) throw new Error("process-entry runs in a process that the server starts");
  process.once("message", ({ spec }: ProcessInit) => {
    endWithServer();
    runHost(spec, dialects);
  });
  // The server has gone, and with it all clients of this process.
  process.once("disconnect", () => process.exit(0));
  // Ctrl-C in a terminal, and many service managers, signal all processes of a group. The server stops this one when
  // its sessions have been closed.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
}

function runHost(spec: HostSpec, dialects: ReadonlyMap<string, Dialect>): void {
  const ticks = new TickCount();
  const kernel = new HostKernel(spec, dialects, portsOf(ticks));
  process.on("unhandledRejection", kernel.unhandledRejection);
  process.on("uncaughtException", exitWith);
  process.on("message", (message: PackedBatch | ToHost) => {
    if (!("kind" in message)) receiveFromFront(ownBytes(message), kernel);
    else if (message.kind === "ackedTicks") ticks.acked = message.ticks;
    else receiveFromFront(message, kernel);
  });
  // Programs start at the end of this turn, and are ready after that.
  realLoop.atTurnEnd(() => post({ kind: "ready" }));
}

function portsOf(ticks: TickCount): KernelPorts {
  return {
    runtime: {
      clock: realClock,
      loop: realLoop,
      progress: progressFile(),
      commit: ticks.commit,
      log: (line) => sendLine({ kind: "log", line }),
      follow: () => requestReply({ kind: "follow" }) as Snapshot,
    },
    ask: (question) => requestReply({ kind: "question", question }) as Answer,
    ticks: {
      block: sleep,
      unackedTicks: () => ticks.sent - ticks.acked,
      sample: (sample) => post({ kind: "tickSample", sample }),
    },
    handover: handoverPorts(post),
  };
}

function post(message: HostNotice | PackedCommit): void {
  if (process.connected) process.send?.(message);
}

class TickCount {
  sent = 0;
  acked = 0;

  readonly commit = (commit: Commit): void => {
    if (commit.urgent) this.sent += 1;
    post(packCommit(commit));
  };
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

// The front cannot wake a process, so it sleeps in short pieces, between which messages are read.
function sleep(ms: number): void {
  Atomics.wait(sleeper, 0, 0, Math.min(ms, 1));
}

function exitWith(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  sendLine({ kind: "error", message, stack: stack ?? "" });
  process.exit(1);
}
