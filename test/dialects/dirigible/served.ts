import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { WebSocketServer } from "ws";
import type { ParlorConfig } from "../../../src/config.ts";
import type { Client } from "../../support/client.ts";
import { serveOn, type Place, type ServedApp } from "../../support/served-app.ts";
import type { Files } from "./stage.ts";

/** An app whose `dirigible/` folder holds these files, with real clients. */
export class ServedRegistry {
  readonly app: ServedApp;
  #read = 0;

  private constructor(app: ServedApp) {
    this.app = app;
  }

  static async serve(place: Place, files: Files, settings: ParlorConfig = {}): Promise<ServedRegistry> {
    const all = { "parlor.json": { v2: true }, ...files };
    const texts = Object.entries(all).map(([path, content]) => [`dirigible/${path}`, textOf(content)]);
    const served = new ServedRegistry(await serveOn(place, Object.fromEntries(texts), settings));
    return served;
  }

  /** To an endpoint (`chat`) or to the scripts (`/service/js`); it need not be open yet. */
  dial(to: string): Client {
    const path = to.startsWith("/") ? to : `/websockets/v4/service/${to}`;
    return this.app.connect(path);
  }

  async connect(to: string): Promise<Client> {
    const client = this.dial(to);
    await client.opened;
    return client;
  }

  /** Writes files, `null` removes one, and reloads as the watcher does. */
  async edit(files: Files): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.app.dir, "dirigible", path);
      mkdirSync(dirname(file), { recursive: true });
      if (content === null) rmSync(file);
      else writeFileSync(file, textOf(content));
    }
    await this.app.server.reload();
  }

  /** `parlor run` of a module: whether it went well. */
  run(module: string): Promise<{ readonly ok: boolean }> {
    const { signal } = new AbortController();
    return this.app.server.runTask(module, { onLine: () => undefined, signal });
  }

  logged(pattern: RegExp): Promise<{ readonly text: string; readonly level: string }> {
    return this.app.log.find(pattern);
  }

  /** What scripts have printed since the last look: `info hello`. */
  printed(): string[] {
    const { entries } = this.app.log;
    const lines = entries.slice(this.#read).filter(({ fields, text }) => {
      return fields["script"] === "dirigible" && text !== "dirigible: reloaded";
    });
    this.#read = entries.length;
    return lines.map(({ level, text }) => `${level} ${text}`);
  }
}

/** Another server, which sends everything back. */
export async function echoServer(): Promise<{ readonly url: string; readonly heard: string[] }> {
  const heard: string[] = [];
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => server.close());
  server.on("connection", (socket) => {
    socket.on("message", (data: Buffer) => {
      heard.push(data.toString());
      socket.send(data.toString());
    });
    onTestFinished(() => socket.terminate());
  });
  await once(server, "listening");
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, heard };
}

/** An address without a listener. */
export async function deadAddress(): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `ws://127.0.0.1:${port}/`;
}

function textOf(content: unknown): string {
  return typeof content === "string" ? content : JSON.stringify(content);
}
