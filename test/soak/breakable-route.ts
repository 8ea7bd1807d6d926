import { within } from "./figures.ts";
import { Load, NumberedClient } from "./numbered-client.ts";
import type { ServedApp } from "./served-app.ts";
import { sumOf, type Wrongs } from "./stream-check.ts";

/** How long a route may take to come back, ms. */
const PATIENCE = 60_000;

/** Those who talk to a route in numbers while it is broken again and again. */
export class BreakableRoute {
  readonly name: string;
  readonly #clients: readonly NumberedClient[];
  readonly #load: Load;
  /** When the attacker broke it, was told that it is back, and was then answered what it had said since, ms. */
  #brokenAt = 0;
  #toldAt = 0;
  #answeredAt = 0;
  /** Waits of the messages of all clients since they were last taken, ms. */
  #waits: number[] = [];

  private constructor(name: string, clients: readonly NumberedClient[], perSecond: number) {
    this.name = name;
    this.#clients = clients;
    for (const client of clients) client.onAnswer = (sentAt, now) => this.#waits.push(now - sentAt);
    this.#attacker.onNotice = (text) => {
      if (text.startsWith("back")) this.#toldAt = performance.now();
    };
    this.#attacker.onAnswer = (sentAt, now) => {
      this.#waits.push(now - sentAt);
      if (this.#toldAt > 0 && sentAt > this.#brokenAt) this.#answeredAt ||= now;
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

  /** How long the messages waited that were answered since this was asked last, ms. */
  takeWaits(): readonly number[] {
    const waits = this.#waits;
    this.#waits = [];
    return waits;
  }

  /**
   * Sends what breaks the route, and answers after how many ms it serves again; null when never. Whoever broke it is
   * the one to tell: what that client says next comes after all that its message has done, however often it comes again.
   */
  async break(text: string): Promise<number | null> {
    this.#toldAt = this.#answeredAt = 0;
    this.#brokenAt = performance.now();
    this.#attacker.client.send(text);
    const isBack = await within(PATIENCE, () => this.#answeredAt > 0);
    return isBack ? this.#answeredAt - this.#brokenAt : null;
  }

  /** Says nothing more, and hears what was said. */
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
