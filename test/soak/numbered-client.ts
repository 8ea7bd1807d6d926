import type { RawClient } from "./raw-client.ts";
import { StreamCheck, type Wrongs } from "./stream-check.ts";

/** Sends 0, 1, 2, … to a script that answers each at once, and holds the answers against that. */
export class NumberedClient {
  readonly client: RawClient;
  readonly #stream = new StreamCheck();
  /** When those were sent whose answer has not come, ms; the first of them has the number `#first`. */
  readonly #sentAt: number[] = [];
  #first = 0;
  sent = 0;
  /** Called for each answer, with the times when its message was sent and when it came, ms. */
  onAnswer: (sentAt: number, now: number) => void = () => undefined;
  /** Called with text that comes beside a number, or instead of one. */
  onNotice: (text: string) => void = () => undefined;

  constructor(client: RawClient) {
    this.client = client;
    client.onText = (text) => this.#receive(text);
  }

  say(): void {
    this.#sentAt.push(performance.now());
    this.client.send(String(this.sent));
    this.sent += 1;
  }

  get isAnswered(): boolean {
    return this.#stream.next >= this.sent;
  }

  /** How many messages wait for their answer. */
  get unanswered(): number {
    return this.sent - this.#stream.next;
  }

  wrongs(): Wrongs {
    return this.#stream.wrongs(this.sent);
  }

  #receive(text: string): void {
    const number = Number.parseInt(text, 10);
    if (String(number) !== text) this.onNotice(text);
    if (Number.isNaN(number)) return;
    this.#stream.receive(number);
    const now = performance.now();
    for (; this.#first <= number; this.#first += 1) this.onAnswer(this.#sentAt.shift() ?? now, now);
  }
}

/** Makes clients speak in turn, so many messages a second over all of them, whether or not they are answered. */
export class Load {
  readonly #timer: NodeJS.Timeout;

  constructor(clients: readonly NumberedClient[], perSecond: number) {
    const start = performance.now();
    let said = 0;
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - start) * perSecond) / 1000);
      for (; said < due; said += 1) clients[said % clients.length]?.say();
    }, 2);
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
