import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { ParlorConfig } from "../../../src/config.ts";
import type { HostFactory } from "../../../src/boundary/host-spec.ts";
import { inlineHost } from "../../../src/server/engine/inline-hosts.ts";
import { ProcessHost } from "../../../src/host/kinds/process/process-host.ts";
import { realClock, realLoop } from "../../../src/real-clock.ts";
import { ThreadHost } from "../../../src/host/kinds/thread/thread-host.ts";
import { ParlorServer } from "../../../src/server/serve.ts";
import { AppServing } from "../../../src/server/app/app-serving.ts";
import { loadApp } from "../../../src/load/load-app.ts";
import { Engine } from "../../../src/server/engine/engine.ts";
import { resolveConfig } from "../../../src/server/engine/options.ts";
import { Pusher } from "../../../src/server/engine/pusher.ts";
import { ServerPort } from "../../../src/server/engine/server-port.ts";
import { connect, type Client, type ConnectOptions } from "../../support/client.ts";
import { LogRecorder } from "../../support/log-recorder.ts";
import { folderOf, type Files } from "../../support/running-app.ts";

/** Where programs run. */
export type Place = "inline" | "thread" | "process";

const HOSTS: Readonly<Record<Place, HostFactory>> = {
  inline: inlineHost,
  thread: (...args) => new ThreadHost(...args),
  process: (...args) => new ProcessHost(...args),
};

const PORT = /(?:port |ws:\/\/localhost:)(\d+)/;

/** An app whose programs say by which port they can be reached. */
export class ServedApp {
  readonly dir: string;
  readonly book = new LogRecorder();
  readonly #clients: Client[] = [];
  readonly server: ParlorServer;

  private constructor(dir: string, book: LogRecorder, server: ParlorServer) {
    this.dir = dir;
    this.book = book;
    this.server = server;
  }

  static async serve(place: Place, files: Files, settings: ParlorConfig = {}): Promise<ServedApp> {
    const dir = folderOf(files);
    const book = new LogRecorder();
    const { log } = book;
    const app = await loadApp(dir, { warnings: false });
    const config = resolveConfig({ ...settings, port: 0 }, "the test");
    const ports = { clock: realClock, loop: realLoop, hosts: { makeHost: HOSTS[place] } };
    const engine = new Engine({ config, log, publicDir: null, ...ports });
    const environment = { load: () => Promise.resolve(false) };
    const serving = new AppServing(app, { engine, config, environment, log, onReload: () => undefined });
    await serving.install();
    const server = new ParlorServer({
      engine,
      config,
      pusher: new Pusher(engine.front),
      port: new ServerPort(engine, config, null),
      runTask: (name, watch) => serving.runTask(name, watch),
      reload: () => serving.reload(),
      end: () => Promise.resolve(),
    });
    await server.listen();
    const served = new ServedApp(dir, book, server);
    onTestFinished(() => served.#close());
    return served;
  }

  /** What the program has logged as `port 12345`, or as an address. */
  async port(): Promise<number> {
    const { text } = await this.book.find(PORT);
    return Number(PORT.exec(text)?.[1]);
  }

  async connect(path: string, options?: ConnectOptions): Promise<Client> {
    return this.dial(`ws://127.0.0.1:${await this.port()}${path}`, options);
  }

  /** A client of any address, gone when the test is over. */
  dial(url: string, options?: ConnectOptions): Client {
    const client = connect(url, options);
    this.#clients.push(client);
    return client;
  }

  async fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`http://127.0.0.1:${await this.port()}${path}`, init);
  }

  /** Resolves when the server's own account of itself is so. */
  async health(isSo: (health: Readonly<Record<string, unknown>>) => boolean): Promise<void> {
    while (!isSo({ ...this.server.health })) await new Promise(setImmediate);
  }

  async #close(): Promise<void> {
    for (const client of this.#clients) client.terminate();
    await this.server.close();
  }
}

/**
 * A browser's WebSocket, but for one thing: what it sends before it is open waits, as the document's client expects.
 */
export class QueueingWebSocket {
  onmessage: (event: { readonly data: unknown }) => void = () => undefined;
  readonly #socket: WebSocket;
  #queue: string[] = [];

  constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.on("message", (data: Buffer) => this.onmessage({ data: data.toString() }));
    this.#socket.once("open", () => {
      for (const text of this.#queue.splice(0)) this.#socket.send(text);
    });
    onTestFinished(() => this.#socket.terminate());
  }

  send(text: string): void {
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#queue.push(text);
    else this.#socket.send(text);
  }
}
