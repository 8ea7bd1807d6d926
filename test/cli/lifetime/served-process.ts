import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import { connect, type Client } from "../../support/client.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { folderOf, type Files } from "../../support/running-app.ts";
import { Folder, parlor, type Ended, type ParlorProcess } from "../support/parlor.ts";

/** What a server may take beyond its grace to end, ms. */
export const END_LIMIT = 1000;

/** What that may be beside other tests, ms: less than the grace, at whose end a server that does not end at once would. */
export const AT_ONCE = 4 * END_LIMIT;

/** An app that is served by a process of its own, which is killed when the test ends. */
export class ServedProcess {
  readonly process: ParlorProcess;
  readonly dir: string;
  /** Its folder for temporary files. */
  readonly tmp: string;
  readonly #args: readonly string[];

  constructor(files: Files, { args = [], shell, command = "serve" }: ServedProcessOptions = {}) {
    this.dir = folderOf(files);
    this.#args = args;
    const tmp = new Folder();
    this.tmp = tmp.path;
    const options = shell === undefined ? { tmp: tmp.path } : { tmp: tmp.path, shell };
    this.process = parlor([command, this.dir, "--port", "0", ...this.#args], options);
    onTestFinished(async () => {
      for (const pid of [...this.children(), this.process.pid]) kill(pid, "SIGKILL");
      await this.process.ended;
      tmp.remove();
    });
  }

  /** Resolves with its address when it serves. */
  async url(): Promise<string> {
    const [, url = ""] = await this.process.prints(/open (http:\/\/127\.0\.0\.1:\d+)/);
    return url;
  }

  async open(path: string): Promise<Client> {
    const client = connect(`${(await this.url()).replace("http", "ws")}${path}`);
    await client.opened;
    return client;
  }

  /** The processes that it has started. */
  children(): number[] {
    return childrenOf(this.process.pid);
  }

  /** Resolves when it handles SIGHUP, SIGINT and SIGTERM itself. */
  async catchesSignals(): Promise<void> {
    const areCaught = (): boolean => (caughtSignals(this.process.pid) & HUP_INT_TERM) === HUP_INT_TERM;
    await vi.waitUntil(areCaught, { timeout: PATIENCE_MS, interval: 5 });
  }

  /** Resolves when one of its threads waits for a pipe to open, or for a command to end. */
  async waitsInTheSystem(): Promise<void> {
    const isWaiting = (): boolean => waitsForPipe(this.process.pid) || this.children().some(isCommand);
    // Where the kernel names no function, the time has to do.
    await vi.waitUntil(isWaiting, { timeout: 2000, interval: 20 }).catch(() => undefined);
  }

  /** Stops it by a signal, and returns how it ended, and after how many ms. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Ended & { readonly ms: number }> {
    const start = performance.now();
    this.process.signal(signal);
    const ended = await this.process.ended;
    return { ...ended, ms: performance.now() - start };
  }
}

const HUP_INT_TERM = 0x4003;

/** The signals that a process handles, one bit each. */
function caughtSignals(pid: number): number {
  const mask = /^SigCgt:\s+(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
  return parseInt(mask.slice(-8), 16);
}

// The kernel names the function in which a thread sleeps.
function waitsForPipe(pid: number): boolean {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.some((thread) =>
    /wait_for_partner|fifo|pipe/.test(readFileSync(`/proc/${pid}/task/${thread}/wchan`, "utf8")),
  );
}

function isCommand(pid: number): boolean {
  return /sleep/.test(commandOf(pid));
}

export interface ServedProcessOptions {
  readonly args?: readonly string[];
  readonly shell?: string;
  readonly command?: "serve" | "dev";
}

/** The processes that a process has started. */
export function childrenOf(pid: number): number[] {
  try {
    const lists = readdirSync(`/proc/${pid}/task`).map((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8"),
    );
    return lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
  } catch {
    return [];
  }
}

/** The command line of a process. */
export function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

/** A pipe with a name in a folder: to open it for reading blocks until a writer comes. */
export function fifoIn(dir: string): string {
  const path = join(dir, "pipe");
  execFileSync("mkfifo", [path]);
  return path;
}
