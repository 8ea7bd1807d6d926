// Host: the process's end of a process host: a kernel, joined to the process's pipes.
import type { HostSpec } from "../../../boundary/host-spec.ts";
import type { Answer } from "../../../boundary/questions.ts";
import { realClock, realLoop } from "../../../real-clock.ts";
import type { Dialect } from "../../api/dialect.ts";
import { HostKernel, type KernelPorts } from "../../script/host-kernel.ts";
import { handoverPorts, receiveFromFront, startPorts } from "../common/kernel-messages.ts";
import { unpackSnapshot, type PackedSnapshot } from "../common/packed-snapshot.ts";
import { takeStandardOutput } from "../common/standard-output.ts";
import type { ProgressRecord } from "../../runtime/progress-record.ts";
import { Brake, type FrontCredit } from "../common/brake.ts";
import { CommitSender } from "../common/commit-sender.ts";
import type { PackedBatch, ToHost } from "../common/messages.ts";
import { endWithServer } from "./orphan-watch.ts";
import type { ProcessInit } from "./process-messages.ts";
import { progressFile, receiveMessages, requestReply, sendMessage } from "./process-pipes.ts";

/** Runs a host in this process, by the spec that the server sends first. */
export function runProcess(dialects: ReadonlyMap<string, Dialect>): void {
  let receive = (first: unknown): void => {
    endWithServer();
    receive = runHost((first as ProcessInit).spec, dialects);
  };
  receiveMessages((message) => receive(message));
  // Ctrl-C in a terminal, and many service managers, signal all processes of a group. The server stops this one when
  // its sessions have been closed.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
}

/** Returns what receives the messages that follow. */
function runHost(spec: HostSpec, dialects: ReadonlyMap<string, Dialect>): (message: unknown) => void {
  const progress = progressFile();
  const credit = new Credit();
  const kernel = new HostKernel(spec, dialects, portsOf(progress, credit));
  kernel.stacks.install();
  closePublicChannel(() => kernel.ignoresMessages("process.send"));
  takeStandardOutput(realLoop, kernel.output);
  process.on("unhandledRejection", kernel.unhandledRejection);
  process.on("uncaughtException", exitWith);
  // Programs start at the end of this turn, and are ready after that.
  const ready = (): void => realLoop.atTurnEnd(() => sendMessage({ kind: "ready" }));
  kernel.life.start(startPorts(sendMessage, ready));
  return (received) => {
    const message = received as PackedBatch | ToHost;
    if ("kind" in message && message.kind === "applied") credit.grant(message);
    else if (!("kind" in message) || message.kind !== "measure")
      receiveFromFront(message, kernel, sendMessage);
  };
}

function portsOf(progress: ProgressRecord, credit: Credit): KernelPorts {
  const sender = new CommitSender(sendMessage, new Brake(progress, credit));
  return {
    runtime: {
      clock: realClock,
      loop: realLoop,
      progress,
      commit: sender.send,
      log: (line) => sendMessage({ kind: "log", line }),
      follow: () => unpackSnapshot(requestReply({ kind: "follow" }) as PackedSnapshot),
    },
    ask: (question) => requestReply({ kind: "question", question }) as Answer,
    ticks: {
      block: sleep,
      unackedTicks: () => (sender.ticks - credit.ticks) | 0,
      sample: (sample) => sendMessage({ kind: "tickSample", sample }),
    },
    handover: handoverPorts(sendMessage),
  };
}

/** What the front has applied, by its messages; one that never reads them asks and waits. */
class Credit implements FrontCredit {
  ticks = 0;
  #commits = 0;

  grant({ commits, ticks }: { readonly commits: number; readonly ticks: number }): void {
    this.ticks = ticks;
    // One that was sent before the last reply of `sync` is older than that.
    if (((commits - this.#commits) | 0) > 0) this.#commits = commits;
  }

  applied(): number {
    return this.#commits;
  }

  wait(_applied: number, sent: number): void {
    requestReply({ kind: "sync" });
    this.#commits = sent;
  }
}

/** Packages that take this process for a child of Node's expect a channel. What they send leads nowhere. */
function closePublicChannel(onSent: () => void): void {
  process.send = () => (onSent(), true);
  process.disconnect = () => undefined;
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

// The front cannot wake a process, so it sleeps in short pieces, between which messages are read.
function sleep(ms: number): void {
  Atomics.wait(sleeper, 0, 0, Math.min(ms, 1));
}

function exitWith(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  try {
    sendMessage({ kind: "error", message, stack: stack ?? "" });
  } finally {
    process.exit(1);
  }
}
