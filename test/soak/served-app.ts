import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { askRunning } from "../../src/cli/control/control-client.ts";
import type { ServerStatus } from "../../src/server/serve.ts";
import type { ParlorConfig } from "../../src/config.ts";
import { folderOf, type Files } from "../support/running-app.ts";
import { sleep } from "./figures.ts";
import { RawClient } from "./raw-client.ts";

const binary = resolve(import.meta.dirname, "../../bin/parlor.js");

const collect =
  'import { isMainThread } from "node:worker_threads"; if (isMainThread) process.on("SIGUSR2", () => gc());';

/** In the environment of a server, lets a test have its garbage collected. */
export const collectable: NodeJS.ProcessEnv = {
  NODE_OPTIONS: `--expose-gc --import data:text/javascript,${encodeURIComponent(collect)}`,
};

/** An app that `parlor serve` serves in a process of its own, and those who talk to it; gone when the test is over. */
export class ServedApp {
  readonly dir: string;
  readonly port: number;
  /** What it has printed since it serves: `dev` prints its reloads. */
  printed = "";
  readonly #child: ChildProcess;
  readonly #logFile: string;
  readonly #clients: RawClient[] = [];
  readonly #buffer = Buffer.alloc(65_536);

  private constructor(
    dir: string,
    child: ChildProcess,
    { port, logFile }: { readonly port: number; readonly logFile: string },
  ) {
    this.dir = dir;
    this.#child = child;
    this.port = port;
    this.#logFile = logFile;
  }

  static async start(
    files: Files,
    config: ParlorConfig,
    { env = {}, command = "serve", logDir = null }: ServedAppOptions = {},
  ): Promise<ServedApp> {
    const dir = folderOf({ ...files, "parlor.config.js": `export default ${JSON.stringify(config)};` });
    const logFile = join(logDir ?? dir, ".log");
    const log = openSync(logFile, "w");
    const child = spawn(process.execPath, [binary, command, dir, "--port", "0"], {
      stdio: ["ignore", "pipe", log],
      env: { ...process.env, ...env },
    });
    closeSync(log);
    const port = await portOf(child).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${readFileSync(logFile, "utf8")}`);
    });
    const app = new ServedApp(dir, child, { port, logFile });
    child.stdout?.on("data", (text: string) => (app.printed += text));
    onTestFinished(() => app.#close());
    return app;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** How the server ended; null while it runs. */
  get end(): string | null {
    const { exitCode, signalCode } = this.#child;
    return exitCode === null && signalCode === null ? null : String(exitCode ?? signalCode);
  }

  async open(path: string): Promise<RawClient> {
    const client = await RawClient.open(this.port, path, this.#buffer);
    this.#clients.push(client);
    return client;
  }

  /** Connects many, a hundred at a time. */
  async openMany(count: number, pathOf: (index: number) => string): Promise<RawClient[]> {
    const clients: RawClient[] = [];
    while (clients.length < count) {
      const part = Math.min(100, count - clients.length);
      const paths = Array.from({ length: part }, (_, index) => pathOf(clients.length + index));
      clients.push(...(await Promise.all(paths.map((path) => this.open(path)))));
    }
    return clients;
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.dir, file)), { recursive: true });
    writeFileSync(join(this.dir, file), text);
  }

  /** Saves as many editors do: the new text replaces the file by a rename. */
  writeByRename(file: string, text: string): void {
    this.write(`${file}~`, text);
    renameSync(join(this.dir, `${file}~`), join(this.dir, file));
  }

  remove(file: string): void {
    rmSync(join(this.dir, file), { force: true });
  }

  /** What `parlor reload` does. */
  async reload(): Promise<void> {
    const reply = await askRunning(this.dir, { type: "reload" });
    if (reply?.type !== "reloaded") throw new Error(`parlor reload got the reply ${JSON.stringify(reply)}`);
  }

  async status(): Promise<ServerStatus> {
    const reply = await askRunning(this.dir, { type: "ask" });
    if (reply?.type !== "status") throw new Error(`the server's status is ${JSON.stringify(reply)}`);
    return reply.status as ServerStatus;
  }

  /** What `/_parlor/health` answers. */
  async health(): Promise<Readonly<Record<string, unknown>>> {
    const response = await fetch(`http://127.0.0.1:${this.port}/_parlor/health`);
    return (await response.json()) as Record<string, unknown>;
  }

  /** What `/_parlor/metrics` returns: the series with their labels, each with its value. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const response = await fetch(`http://127.0.0.1:${this.port}/_parlor/metrics`);
    const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(
      lines.map((line) => [
        line.slice(0, line.lastIndexOf(" ")),
        Number(line.slice(line.lastIndexOf(" ") + 1)),
      ]),
    );
  }

  /** The server's resident memory, MiB. */
  residentMebibytes(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  }

  /** The same after a collection, for which the server must have been started so. */
  async collectedMebibytes(): Promise<number> {
    this.#child.kill("SIGUSR2");
    await sleep(1000);
    return this.residentMebibytes();
  }

  /** Lines of the server's log that contain something. */
  logged(pattern: RegExp): string[] {
    const lines = readFileSync(this.#logFile, "utf8").split("\n");
    return lines.filter((line) => pattern.test(line));
  }

  async #close(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    if (this.end !== null) return;
    const ended = new Promise((done) => this.#child.once("exit", done));
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await ended;
    clearTimeout(timer);
  }
}

export interface ServedAppOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** The command that serves it. Default `serve`. */
  readonly command?: "serve" | "dev";
  /** The folder of its log, where that is not the app's own. */
  readonly logDir?: string | null;
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((done, reject) => {
    let printed = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      const port = /open http:\/\/[^:]+:(\d+)/.exec(printed)?.[1];
      if (port !== undefined) done(Number(port));
    });
    child.once("exit", (code) =>
      reject(new Error(`parlor serve ended with ${code} before it served: ${printed}`)),
    );
  });
}
