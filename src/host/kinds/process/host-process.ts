// Host: the child process of a process host, with its channel and its pipes, on the front's side.
import { fork, type ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import { entryFile } from "../../../entry-file.ts";
import {
  LENGTH_BYTES,
  MESSAGES_FD,
  REPLIES_FD,
  type ProcessMessage,
  type Reply,
} from "./process-messages.ts";

/** Starts the process; the listener is called for all that it sends and for its end. */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #listener: HostProcessListener;
  readonly ended: Promise<void>;
  #partialLine = "";

  constructor(options: HostProcessOptions, listener: HostProcessListener) {
    this.#listener = listener;
    this.#child = startChild(options);
    this.#read();
    this.ended = new Promise((resolve) => this.#onExit(resolve));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  // The exit of a process reports that a message could not be sent.
  post(message: object): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  reply(reply: Reply): void {
    const bytes = serialize(reply);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(bytes.length);
    (this.#child.stdio[REPLIES_FD] as Writable).write(Buffer.concat([length, bytes]));
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #read(): void {
    const lines = this.#child.stdio[MESSAGES_FD] as Readable;
    lines.setEncoding("utf8").on("data", this.#onText);
    for (const pipe of [lines, this.#child.stdio[REPLIES_FD]]) pipe?.on("error", () => undefined);
    this.#child.on("message", this.#listener.onMessage);
    this.#child.on("error", this.#listener.onError);
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
      const late = setTimeout(finish, LAST_LINES);
      this.#child.once("close", finish);
    });
  }

  readonly #onText = (text: string): void => {
    const lines = (this.#partialLine + text).split("\n");
    this.#partialLine = lines.pop() ?? "";
    for (const line of lines) this.#listener.onLine(JSON.parse(line) as ProcessMessage);
  };
}

/** What a process sends. */
export interface HostProcessListener {
  readonly onLine: (message: ProcessMessage) => void;
  readonly onMessage: (message: unknown) => void;
  readonly onError: (error: Error) => void;
  readonly onExit: (how: { readonly code: number | null; readonly signal: NodeJS.Signals | null }) => void;
}

export interface HostProcessOptions {
  /** MiB. */
  readonly heapLimit: number;
  /** The descriptor of the progress file. */
  readonly progressFile: number;
}

/** How long the last lines may take to arrive after the end of the process, ms. */
const LAST_LINES = 50;

// The process writes to those of the server.
const STDOUT = 1;
const STDERR = 2;

function startChild({ heapLimit, progressFile }: HostProcessOptions): ChildProcess {
  return fork(fileURLToPath(entryFile("process-entry")), {
    serialization: "advanced",
    stdio: ["ignore", STDOUT, STDERR, "pipe", "pipe", progressFile, "ipc"],
    execArgv: [`--max-old-space-size=${heapLimit}`],
  });
}
