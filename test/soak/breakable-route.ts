import { within } from "./figures.ts";
import { Load, NumberedClient } from "./numbered-client.ts";
import type { ServedApp } from "./served-app.ts";
import { sumOf, type Wrongs } from "./stream-check.ts";

/** How long a route may take to come back, ms. */
const PATIENCE = 60_000;

/** The clients of a route that is broken again and again; each sends numbers and checks their echo. */
export class BreakableRoute {
  readonly name: string;
  readonly #clients: readonly NumberedClient[];
  readonly #load: Load;
  /** When the attacker broke the route, got the notice that it is back, and got the first echo of a later number, ms. */
  #brokenAt = 0;
  #noticedAt = 0;
  #answeredAt = 0;
  /** Waits of the messages of all clients since the last `takeWaits`, ms. */
  #waits: number[] = [];

  private constructor(name: string, clients: readonly NumberedClient[], perSecond: number) {
    this.name = name;
    this.#clients = clients;
    for (const client of clients) client.onAnswer = (sentAt, now) => this.#waits.push(now - sentAt);
    this.#attacker.onNotice = (text) => {
      if (text.startsWith("back")) this.#noticedAt = performance.now();
    };
    this.#attacker.onAnswer = (sentAt, now) => {
      this.#waits.push(now - sentAt);
      if (this.#noticedAt > 0 && sentAt > this.#brokenAt) this.#answeredAt ||= now;
    };
    this.#load = new Load(clients, perSecond);
  }

  static async join(
    app: ServedApp,
    name: string,
    how: { readonly count: number; readonly perSecond: number },
  ) {
    const clients = await app.openMany(how.count, () => `/ws/${name}`);
    const route = new BreakableRoute(
      name,
      clients.map((client) => new NumberedClient(client)),
      how.perSecond,
    );
    await within(PATIENCE, () => route.#clients.every(({ sent, unanswered }) => sent > unanswered));
    return route;
  }

  get #attacker(): NumberedClient {
    return this.#clients[0]!;
  }

  /** The waits of messages that were echoed since the last call, ms. */
  takeWaits(): readonly number[] {
    const waits = this.#waits;
    this.#waits = [];
    return waits;
  }

  /**
   * Sends what breaks the route; resolves with the ms until it serves again, or null when it never does. The client
   * that broke it measures: its next message comes after all effects of the first, redelivery included.
   */
  async break(text: string): Promise<number | null> {
    this.#noticedAt = this.#answeredAt = 0;
    this.#brokenAt = performance.now();
    this.#attacker.client.send(text);
    const isBack = await within(PATIENCE, () => this.#answeredAt > 0);
    return isBack ? this.#answeredAt - this.#brokenAt : null;
  }

  /** Stops to send, and waits for the last echo. */
  async end(): Promise<void> {
    this.#load.end();
    await within(PATIENCE, () => this.#clients.every((client) => client.isAnswered));
  }

  wrongs(): Wrongs {
    return sumOf(this.#clients.map((client) => client.wrongs()));
  }

  get closed(): number {
    return this.#clients.filter(({ client }) => client.cut !== null).length;
  }

  get sent(): number {
    return this.#clients.reduce((sum, { sent }) => sum + sent, 0);
  }
}
