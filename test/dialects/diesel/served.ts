import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Log } from "../../../src/log.ts";
import { inlineHost } from "../../../src/server/engine/inline-hosts.ts";
import { realClock, realLoop } from "../../../src/real-clock.ts";
import { ParlorServer, serve } from "../../../src/server/serve.ts";
import { AppServing } from "../../../src/server/app/app-serving.ts";
import { loadApp } from "../../../src/load/load-app.ts";
import { Engine } from "../../../src/server/engine/engine.ts";
import { resolveConfig } from "../../../src/server/engine/options.ts";
import { Pusher } from "../../../src/server/engine/pusher.ts";
import { ServerPort } from "../../../src/server/engine/server-port.ts";
import { connect, type Client, type ConnectOptions } from "../../support/client.ts";

/** Where the scripts of a served app run. */
export type Place = "inline" | "thread";

/** An app folder of a few files, served on a free port. */
export interface Served {
  /** What has been logged, a text each. */
  readonly lines: readonly string[];
  connect(path: string, options?: ConnectOptions): Client;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Resolves with the first line that fits, also if it has been logged before. */
  logged(text: RegExp): Promise<string>;
  close(): Promise<void>;
}

/** Serves files by their paths in the app: `{ "ws/chat.js": "export function onOpen ..." }`. */
export async function served(place: Place, files: Readonly<Record<string, string>>): Promise<Served> {
  const dir = mkdtempSync(join(tmpdir(), "parlor-served-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const book = new LogBook();
  const server =
    place === "thread" ? await serve({ dir, port: 0, log: book.log }) : await serveInline(dir, book.log);
  const clients: Client[] = [];
  return {
    lines: book.lines,
    logged: (text) => book.find(text),
    fetch: (path, init) => fetch(`${server.url}${path}`, init),
    connect(path, options) {
      const client = connect(`${server.url.replace("http", "ws")}${path}`, options);
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) client.terminate();
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** What `serve` does, with every script in this thread. */
async function serveInline(dir: string, log: Log): Promise<ParlorServer> {
  const app = await loadApp(dir, { warnings: false });
  const config = resolveConfig({ port: 0 }, "the test");
  const engine = new Engine({
    config,
    log,
    publicDir: null,
    hosts: { makeHost: inlineHost },
    clock: realClock,
    loop: realLoop,
  });
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
  return server;
}

class LogBook {
  readonly lines: string[] = [];
  readonly #waiting: { text: RegExp; resolve: (line: string) => void }[] = [];
  readonly log: Log = {
    debug: (_fields, text) => this.#add(text),
    info: (_fields, text) => this.#add(text),
    warn: (_fields, text) => this.#add(text),
    error: (_fields, text) => this.#add(text),
  };

  find(text: RegExp): Promise<string> {
    const found = this.lines.find((line) => text.test(line));
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => this.#waiting.push({ text, resolve }));
  }

  #add(line: string): void {
    this.lines.push(line);
    for (const { text, resolve } of this.#waiting) if (text.test(line)) resolve(line);
  }
}
