import { rmSync } from "node:fs";
import { onTestFinished } from "vitest";
import type { HostFactory } from "../../src/boundary/host-spec.ts";
import type { ParlorConfig } from "../../src/config.ts";
import { ProcessHost } from "../../src/host/kinds/process/process-host.ts";
import { ThreadHost } from "../../src/host/kinds/thread/thread-host.ts";
import { loadApp } from "../../src/load/load-app.ts";
import type { Log } from "../../src/log.ts";
import { realClock, realLoop } from "../../src/real-clock.ts";
import { AppServing } from "../../src/server/app/app-serving.ts";
import { Engine } from "../../src/server/engine/engine.ts";
import { inlineHost } from "../../src/server/engine/inline-hosts.ts";
import { resolveConfig } from "../../src/server/engine/options.ts";
import { ParlorServer } from "../../src/server/serve.ts";
import { ServerPort } from "../../src/server/engine/server-port.ts";
import type { Client, ConnectOptions } from "./client.ts";
import { LogRecorder } from "./log-recorder.ts";
import { RunningApp, folderOf, type Files } from "./running-app.ts";

/** The kind of host that runs the scripts of a served app. */
export type Place = "inline" | "thread" | "process";

export const PLACES: readonly Place[] = ["inline", "thread", "process"];

const HOSTS: Readonly<Record<Place, HostFactory>> = {
  inline: inlineHost,
  thread: (...args) => new ThreadHost(...args),
  process: (...args) => new ProcessHost(...args),
};

/** Serves an app of these files on one kind of host; closes it when the test ends. */
export async function serveOn(place: Place, files: Files, settings: ParlorConfig = {}): Promise<ServedApp> {
  const app = await serveForAll(place, files, settings);
  onTestFinished(() => app.close());
  return app;
}

/** Serves an app for several tests; the caller closes it in `afterAll`. */
export async function serveForAll(
  place: Place,
  files: Files,
  settings: ParlorConfig = {},
): Promise<ServedApp> {
  const dir = folderOf(files, () => undefined);
  const log = new LogRecorder();
  const server = await serverOf(dir, { place, settings, log: log.log });
  await server.listen();
  return new ServedApp(dir, server, log);
}

/** An app folder that is served on one kind of host, with its clients and its log. */
export class ServedApp extends RunningApp {
  readonly dir: string;
  readonly ownPort: OwnPort;

  constructor(dir: string, server: ParlorServer, log: LogRecorder) {
    super(server, log);
    this.dir = dir;
    this.ownPort = new OwnPort(this);
  }

  override async close(): Promise<void> {
    await super.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

const PORT = /(?:port |ws:\/\/localhost:)(\d+)/;

/** The port that a program listens on itself, and that it has logged as `port 12345` or in an address. */
export class OwnPort {
  readonly #app: RunningApp;

  constructor(app: RunningApp) {
    this.#app = app;
  }

  async number(): Promise<number> {
    const { text } = await this.#app.logged(PORT);
    return Number(PORT.exec(text)?.[1]);
  }

  /** A client that need not be open yet. */
  async connect(path: string, options?: ConnectOptions): Promise<Client> {
    return this.#app.client(`ws://127.0.0.1:${await this.number()}${path}`, options);
  }

  async fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`http://127.0.0.1:${await this.number()}${path}`, init);
  }
}

interface Serving {
  readonly place: Place;
  readonly settings: ParlorConfig;
  readonly log: Log;
}

/** The composition of `serve`, with the kind of host given by the test instead of the script. */
async function serverOf(dir: string, { place, settings, log }: Serving): Promise<ParlorServer> {
  const app = await loadApp(dir, { warnings: false });
  const config = resolveConfig({ ...settings, port: 0 }, "the test");
  const ports = { clock: realClock, loop: realLoop, hosts: { makeHost: HOSTS[place] } };
  const engine = new Engine({ config, log, site: { publicDir: null }, ...ports });
  const environment = { load: () => Promise.resolve(false) };
  const serving = new AppServing(app, {
    ...{ engine, config, environment, log },
    onReload: () => undefined,
    load: () => loadApp(dir, { warnings: true }),
  });
  await serving.install();
  return new ParlorServer({
    engine,
    config,
    port: new ServerPort(engine, config),
    log,
    scripts: serving,
  });
}
