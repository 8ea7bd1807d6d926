// CLI: one of several server processes on one port, as their parent sees it.
import cluster, { type Worker } from "node:cluster";
import type { SendHandle } from "node:child_process";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import type { FrontReport, FrontSamples, SocketHandle } from "../../server/serve.ts";
import { inPackage } from "../common/package.ts";
import type { ControlReply, ControlRequest, TaskLine } from "../control/control-protocol.ts";
import type { ServerExit, ServerProcess } from "../lifetime/server-process.ts";
import { UsageError } from "../print/failure.ts";
import { CHANNEL_FD, type FromFront, type ToFront } from "./front-messages.ts";

/**
 * It listens by `node:cluster`. The parent accepts connections and hands them out in turn: they last for hours, and
 * where the processes accept by themselves, few of them get most.
 */
export class FrontProcess implements ServerProcess {
  readonly number: number;
  readonly ended: Promise<ServerExit>;
  /** The pipe by which it exchanges frames with the other fronts. */
  readonly channel: Duplex;
  readonly #worker: Worker;
  readonly #asks = new Map<number, Ask>();
  readonly #samplings = new Map<number, (samples: FrontSamples | null) => void>();
  readonly #on: Pick<FrontProcessOptions, "onServes" | "onSampleOthers" | "onPass">;
  #grace: number | null = null;
  /** The last health report that it has sent, and when that came. */
  #health: { readonly report: object; readonly at: number } = { report: {}, at: 0 };
  #boot = "";
  #asked = 0;

  constructor(args: readonly string[], { number, isFirst, ...on }: FrontProcessOptions) {
    this.number = number;
    this.#on = on;
    cluster.schedulingPolicy = cluster.SCHED_RR;
    cluster.setupPrimary({
      exec: fileURLToPath(inPackage("bin/parlor.js")),
      args: ["serve", ...args],
      stdio: ["inherit", "inherit", "inherit", "ipc", "pipe"],
    });
    this.#worker = cluster.fork({ PARLOR_SUPERVISED: "1", PARLOR_FRONT: placeOf(number, isFirst) });
    const child = this.#worker.process;
    this.channel = child.stdio[CHANNEL_FD] as Duplex;
    this.#worker.on("message", this.#receive);
    this.#worker.on("error", () => undefined);
    this.ended = new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal }));
      child.once("error", () => resolve({ code: 1, signal: null }));
    });
    void this.ended.then(this.#onEnd);
  }

  get hasServed(): boolean {
    return this.#grace !== null;
  }

  get grace(): number {
    return this.#grace ?? 0;
  }

  /** Its life, as the tokens of its sessions name it. */
  get boot(): string {
    return this.#boot;
  }

  /** The last health report that it has sent. */
  get health(): object {
    return this.#health.report;
  }

  /** Whether it has sent its health of late: one that stands still sends none. */
  get isHeard(): boolean {
    return performance.now() - this.#health.at < HEARD_WITHIN;
  }

  kill(signal: NodeJS.Signals): void {
    this.#worker.process.kill(signal);
  }

  /** Passes a connection to it. `onLeft`: it has left, or never will. */
  pass({ bytes, handle }: PassingConnection, onLeft: () => void): void {
    if (!this.#worker.isConnected()) return onLeft();
    this.#worker.send({ passed: bytes }, handle as unknown as SendHandle, {}, onLeft);
  }

  report(report: FrontReport): void {
    this.#send({ report });
  }

  /** The values of its metrics; null if it does not reply in time. */
  async samples(): Promise<FrontSamples | null> {
    const sample = (this.#asked += 1);
    return new Promise((resolve) => {
      const settle = (samples: FrontSamples | null): void => {
        this.#samplings.delete(sample);
        clearTimeout(timer);
        resolve(samples);
      };
      const timer = setTimeout(settle, SAMPLE_WITHIN, null).unref();
      this.#samplings.set(sample, settle);
      this.#send({ sample });
    });
  }

  /** Passes a request of the control socket on. Rejects with one line if the front ends before it has replied. */
  async ask(
    request: ControlRequest,
    { onLine = () => undefined, signal }: AskOptions = {},
  ): Promise<ControlReply> {
    const control = (this.#asked += 1);
    return new Promise((resolve, reject) => {
      if (!this.#worker.isConnected()) return reject(this.#goneError());
      this.#asks.set(control, { onLine, resolve, reject });
      this.#send({ control, request });
      const cancel = (): void => this.#send({ control, request: { type: "cancel" } });
      signal?.addEventListener("abort", cancel, { once: true });
    });
  }

  readonly #receive = (message: FromFront, handle?: unknown): void => {
    if ("passTo" in message) this.#pass(message, handle as SocketHandle | undefined);
    else if ("boot" in message) this.#boot = message.boot;
    else if ("grace" in message) {
      this.#grace = message.grace;
      this.#on.onServes();
    } else if ("health" in message) this.#health = { report: message.health, at: performance.now() };
    else if ("control" in message) this.#replied(message.control, message.reply);
    else if ("sampled" in message)
      this.#samplings.get(message.sampled)?.({ front: this.number, samples: message.samples });
    else void this.#sampleOthers(message.sampleOthers);
  };

  #pass({ passTo, bytes }: PassMessage, handle: SocketHandle | undefined): void {
    if (handle !== undefined) this.#on.onPass(passTo, { bytes, handle });
  }

  async #sampleOthers(samples: number): Promise<void> {
    this.#send({ samples, others: await this.#on.onSampleOthers(this) });
  }

  #replied(control: number, reply: ControlReply): void {
    const ask = this.#asks.get(control);
    if (reply.type === "line") return ask?.onLine(reply.line);
    this.#asks.delete(control);
    ask?.resolve(reply);
  }

  readonly #onEnd = (): void => {
    for (const ask of this.#asks.values()) ask.reject(this.#goneError());
    this.#asks.clear();
  };

  #goneError(): UsageError {
    return new UsageError(`front ${this.number} ended before it replied; try again`);
  }

  #send(message: ToFront): void {
    if (this.#worker.isConnected()) this.#worker.send(message, () => undefined);
  }
}

// The first front is the one that systemd hears of, also when it has been started again.
function placeOf(number: number, isFirst: boolean): "first" | "again" | "other" {
  if (isFirst) return "first";
  return number === 1 ? "again" : "other";
}

export interface FrontProcessOptions {
  /** Counted from 1. */
  readonly number: number;
  /** Whether it is the first process of all: it prints the table of routes. */
  readonly isFirst: boolean;
  readonly onServes: () => void;
  /** It wants the samples of the other fronts. */
  readonly onSampleOthers: (front: FrontProcess) => Promise<readonly FrontSamples[]>;
  /** It passes a connection to the front that has this life. */
  readonly onPass: (boot: string, connection: PassingConnection) => void;
}

/** A connection between two fronts. */
export interface PassingConnection {
  /** What was read from it, in base64. */
  readonly bytes: string;
  readonly handle: SocketHandle;
}

type PassMessage = Extract<FromFront, { readonly passTo: string }>;

/** Three times as long as a front takes from one health report to the next, ms. */
const HEARD_WITHIN = 3000;

/** A front that stands still must not hide the others, ms. */
const SAMPLE_WITHIN = 1500;

interface AskOptions {
  readonly onLine?: (line: TaskLine) => void;
  /** Ends a task. */
  readonly signal?: AbortSignal;
}

interface Ask {
  onLine(line: TaskLine): void;
  resolve(reply: ControlReply): void;
  reject(error: Error): void;
}
