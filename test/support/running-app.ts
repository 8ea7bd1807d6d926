import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import {
  createServer,
  serve,
  type EmbedOptions,
  type ParlorServer,
  type ServeOptions,
} from "../../src/server/serve.ts";
import { connect, type Client, type ConnectOptions } from "./client.ts";
import { LogRecorder, type LogEntry } from "./log-recorder.ts";
import { RawSocket } from "./raw-socket.ts";

/** Files of an app by their paths in it. */
export type Files = Readonly<Record<string, string>>;

/** Creates a folder with these files; removes it when the test ends, or when `whenOver` calls back. */
export function folderOf(files: Files, whenOver: (remove: () => void) => void = onTestFinished): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "parlor-test-")));
  whenOver(() => rmSync(dir, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

/** A server on a free port with its clients and its log; all are closed when the test ends. */
export class RunningApp {
  readonly server: ParlorServer;
  readonly log: LogRecorder;
  readonly #clients: { terminate(): void }[] = [];

  constructor(server: ParlorServer, log: LogRecorder) {
    this.server = server;
    this.log = log;
  }

  /** Serves the scripts of a folder on threads, as `parlor serve` does. */
  static async serve(dir: string, settings: Omit<ServeOptions, "dir"> = {}): Promise<RunningApp> {
    const log = new LogRecorder();
    const app = new RunningApp(await serve({ ...settings, dir, port: 0, log: log.log }), log);
    onTestFinished(() => app.close());
    return app;
  }

  /** Serves scripts that are functions in this thread, as `createServer` does. */
  static async embed(options: EmbedOptions): Promise<RunningApp> {
    const log = new LogRecorder();
    const app = new RunningApp(createServer({ port: 0, log: log.log, ...options }), log);
    onTestFinished(() => app.close());
    await app.server.listen();
    return app;
  }

  /** A client of a path of the server; it need not be open yet. */
  connect(path: string, options?: ConnectOptions): Client {
    return this.client(`${this.server.url.replace("http", "ws")}${path}`, options);
  }

  /** A client whose connection is open. */
  async open(path: string, options?: ConnectOptions): Promise<Client> {
    const client = this.connect(path, options);
    await client.opened;
    return client;
  }

  /** A client of any address, closed when the app is. */
  client(url: string, options?: ConnectOptions): Client {
    const client = connect(url, options);
    this.#clients.push(client);
    return client;
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`${this.server.url}${path}`, init);
  }

  async text(path: string, init?: RequestInit): Promise<string> {
    return (await this.fetch(path, init)).text();
  }

  /** A TCP connection, for bytes that no HTTP library would send. */
  async dial(bytes: string | Uint8Array = ""): Promise<RawSocket> {
    const socket = await RawSocket.open(this.server.port);
    this.#clients.push(socket);
    if (bytes.length > 0) socket.write(bytes);
    return socket;
  }

  logged(pattern: RegExp): Promise<LogEntry> {
    return this.log.find(pattern);
  }

  /** The public answer of `/_parlor/health`. */
  async health(): Promise<Health> {
    return (await (await this.fetch("/_parlor/health")).json()) as Health;
  }

  /** Resolves when the server's health fulfils the condition. */
  async healthIs(isSo: (health: Readonly<Record<string, unknown>>) => boolean): Promise<void> {
    while (!isSo({ ...this.server.health })) await new Promise(setImmediate);
  }

  /** All clients leave: a test of several on the same app finds none of another, nor of its own first try. */
  async clear(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.terminate();
    await this.healthIs(({ sessions }) => sessions === 0);
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.terminate();
    await this.server.close();
  }
}

/** The fields of the health page that tests read. */
export interface Health {
  readonly status: string;
  readonly sessions: number;
  readonly faults: number;
  readonly failedRoutes: readonly string[];
}
