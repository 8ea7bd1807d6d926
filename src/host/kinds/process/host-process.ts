// Host: the child process of a process host, with its pipes, on the front's side.
import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { LogLevel } from "../../../boundary/log-line.ts";
import { entryFile } from "../../../entry-file.ts";
import { frameOf, FrameReader } from "../common/frames.ts";
import { EVENTS_FD, MESSAGES_FD, REPLIES_FD, type Reply } from "./process-messages.ts";

/** Starts the process; the listener is called for all that it sends and for its end. */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #listener: HostProcessListener;
  readonly #reader: FrameReader;
  readonly ended: Promise<void>;

  constructor(options: HostProcessOptions, listener: HostProcessListener) {
    this.#listener = listener;
    this.#reader = new FrameReader(listener.onMessage);
    this.#child = startChild(options);
    this.#read();
    this.ended = new Promise((resolve) => this.#onExit(resolve));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  // The exit of a process reports that a message could not be sent.
  post(message: object): void {
    this.#pipe<Writable>(EVENTS_FD)?.write(frameOf(message));
  }

  reply(reply: Reply): void {
    this.#pipe<Writable>(REPLIES_FD)?.write(frameOf(reply));
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  // Absent when the process could not be started.
  #pipe<Stream>(descriptor: number): Stream | undefined {
    return this.#child.stdio[descriptor] as Stream | undefined;
  }

  #read(): void {
    for (const descriptor of [MESSAGES_FD, REPLIES_FD, EVENTS_FD])
      this.#pipe<Readable>(descriptor)?.on("error", () => undefined);
    this.#pipe<Readable>(MESSAGES_FD)?.on("data", this.#onBytes);
    this.#child.on("error", this.#listener.onError);
    for (const [name, level] of OUTPUTS) {
      const output = this.#child[name] as Socket | null;
      // A process that a script has started may hold it longer than the server runs.
      if (output !== null) this.#listener.onOutput(output.unref(), level);
    }
  }

  // Once: the descriptor of a file that is closed a second time may belong to another file by then.
  #onExit(onEnded: () => void): void {
    this.#child.once("exit", (code, signal) => {
      const finish = (): void => {
        clearTimeout(late);
        this.#child.off("close", finish);
        this.#listener.onExit({ code, signal });
        onEnded();
      };
      const late = setTimeout(finish, LAST_MESSAGES);
      this.#child.once("close", finish);
    });
  }

  // What comes after bytes that are no message cannot be read.
  readonly #onBytes = (bytes: Buffer): void => {
    try {
      this.#reader.push(bytes);
    } catch (error) {
      this.#pipe<Readable>(MESSAGES_FD)?.off("data", this.#onBytes).resume();
      this.#listener.onUnreadable(error);
    }
  };
}

/** What a process sends. */
export interface HostProcessListener {
  readonly onMessage: (message: unknown) => void;
  /** A message cannot be read, and so can none after it. */
  readonly onUnreadable: (error: unknown) => void;
  readonly onError: (error: Error) => void;
  /** One of the standard streams of the process, and the level of its lines. */
  readonly onOutput: (stream: Readable, level: LogLevel) => void;
  readonly onExit: (how: { readonly code: number | null; readonly signal: NodeJS.Signals | null }) => void;
}

export interface HostProcessOptions {
  /** MiB. */
  readonly heapLimit: number;
  /** The descriptor of the progress file. */
  readonly progressFile: number;
}

/** How long the last messages may take to arrive after the end of the process, ms. */
const LAST_MESSAGES = 50;

const OUTPUTS = [
  ["stdout", "info"],
  ["stderr", "warn"],
] as const;

function startChild({ heapLimit, progressFile }: HostProcessOptions): ChildProcess {
  const args = [`--max-old-space-size=${heapLimit}`, fileURLToPath(entryFile("process-entry"))];
  const stdio = ["ignore", "pipe", "pipe", "pipe", "pipe", progressFile, "pipe"] as const;
  const child = spawn(process.execPath, args, { stdio: [...stdio] });
  if (child.pid !== undefined) return child;
  // Node reports the same once more, later.
  child.on("error", () => undefined);
  throw new Error("the machine starts no process: it has no descriptors, no memory or no place for one left");
}
