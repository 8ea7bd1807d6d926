import { Agent, get } from "node:http";
import type { RawClient } from "../../soak/raw-client.ts";
import type { ServedApp } from "../../soak/served-app.ts";
import { holdsSoon } from "./moves.ts";
import type { Figures } from "./row.ts";

const COUNT = 50;
const LOOK_EVERY = 100;

/** Sessions that were there before an attack, and an eye on the health, on a connection that is open already. */
export class Bystanders {
  readonly #app: ServedApp;
  readonly #clients: readonly RawClient[];
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #statuses = new Set<string>();
  #looks = 0;
  readonly #timer: NodeJS.Timeout;

  private constructor(app: ServedApp, clients: readonly RawClient[]) {
    this.#app = app;
    this.#clients = clients;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY);
  }

  static async gather(app: ServedApp, paths: readonly string[]): Promise<Bystanders> {
    const bystanders = new Bystanders(
      app,
      await app.openMany(COUNT * paths.length, (at) => paths[at % paths.length]!),
    );
    await holdsSoon(() => bystanders.#statuses.size > 0);
    return bystanders;
  }

  /** To be called when the cause is gone: how long it takes until new clients on these paths get replies, and what was lost. */
  async end(probes: Readonly<Record<string, string>>): Promise<Figures> {
    const start = performance.now();
    for (const [path, probe] of Object.entries(probes)) await holdsSoon(() => this.#isServed(path, probe));
    const backAfter = Math.round(performance.now() - start);
    clearInterval(this.#timer);
    this.#agent.destroy();
    return {
      closed: this.#clients.filter(({ cut }) => cut !== null).length,
      backAfter,
      health: [...this.#statuses].sort().join(", "),
      looks: this.#looks,
    };
  }

  async #isServed(path: string, probe: string): Promise<boolean> {
    const client = await this.#app.open(path).catch(() => null);
    if (client === null) return false;
    const heard = new Promise<boolean>((resolve) => {
      client.onText = () => resolve(true);
      client.onCut = () => resolve(false);
      setTimeout(resolve, 1000, false).unref();
    });
    client.send(probe);
    const isServed = await heard;
    client.destroy();
    return isServed;
  }

  #look(): void {
    const { port } = this.#app;
    get({ port, host: "127.0.0.1", path: "/_parlor/health", agent: this.#agent }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => {
        this.#looks += 1;
        this.#statuses.add((JSON.parse(text) as { readonly status: string }).status);
      });
    }).on("error", (error) => this.#statuses.add(error.message));
  }
}
