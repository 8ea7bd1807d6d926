import { within } from "./figures.ts";
import type { History } from "./history.ts";
import type { RawClient } from "./raw-client.ts";
import type { ServedApp } from "./served-app.ts";
import { StreamCheck, sumOf, type Wrongs } from "./stream-check.ts";
import type { TalkRoute } from "./talk-scripts.ts";

/** A client that sends numbers to a route, and checks the stream of numbers that it receives from each member. */
class Talker {
  readonly name: string;
  readonly client: RawClient;
  readonly received = new Map<string, StreamCheck>();
  said = 0;

  constructor(name: string, client: RawClient) {
    this.name = name;
    this.client = client;
  }

  streamOf(speaker: string): StreamCheck {
    let stream = this.received.get(speaker);
    if (stream === undefined) this.received.set(speaker, (stream = new StreamCheck()));
    return stream;
  }
}

/** The clients of one route of the random part. */
export class TalkGroup {
  readonly route: TalkRoute;
  readonly #talkers: readonly Talker[];
  readonly #history: History;
  readonly #replies = new Map<string, (reply: string) => void>();
  readonly #left = new Set<string>();
  /** How often an instance lacked the state that its attributes prove. */
  withoutState = 0;
  /** How many signals its process was sent, and how many messages in flight were given up because of them. */
  signals = 0;
  inFlight = 0;

  private constructor(route: TalkRoute, talkers: readonly Talker[], history: History) {
    this.route = route;
    this.#talkers = talkers;
    this.#history = history;
    for (const talker of talkers) {
      talker.client.onText = (text) => this.#receive(talker, text);
      talker.client.onCut = () => history.add(route.name, `CUT: ${talker.name} was ${talker.client.cut}`);
    }
  }

  static async join(
    app: ServedApp,
    route: TalkRoute,
    { count, history }: { count: number; history: History },
  ) {
    const names = Array.from({ length: count }, (_, index) => `${route.name}${index}`);
    const clients = await app.openMany(count, (index) => `/ws/${route.name}?name=${names[index]}`);
    return new TalkGroup(
      route,
      clients.map((client, index) => new Talker(names[index] ?? "", client)),
      history,
    );
  }

  /** Each client sends a number and receives it: then all are in the room. */
  async gather(): Promise<boolean> {
    this.sayAll();
    return await within(20_000, () => this.#talkers.every((talker) => talker.streamOf(talker.name).next > 0));
  }

  get size(): number {
    return this.#talkers.length;
  }

  get said(): number {
    return this.#talkers.reduce((sum, { said }) => sum + said, 0);
  }

  get cut(): number {
    return this.#talkers.filter(({ client }) => client.cut !== null).length;
  }

  /** Each client sends its next number. */
  sayAll(): void {
    for (const talker of this.#talkers) this.#say(talker);
  }

  /** Sends a number that all must receive; returns a function that says whether its sender has received it. */
  sayCertain(index: number): () => boolean {
    const talker = this.#talker(index);
    if (!this.isCertain(talker.said)) this.#say(talker);
    const number = talker.said;
    this.#say(talker);
    return () => talker.streamOf(talker.name).next > number;
  }

  send(index: number, text: string): void {
    this.#talker(index).client.send(text);
  }

  /** The id of the process that serves the route. */
  async pid(index: number): Promise<number> {
    return Number(await this.ask(index, "pid"));
  }

  /** Sends a word that the script answers by the same word and its reply. */
  ask(index: number, word: string): Promise<string> {
    const reply = new Promise<string>((resolve) => this.#replies.set(word, resolve));
    this.send(index, word);
    return reply;
  }

  /** One client leaves; resolves with whether the script has reported that to the others in time. */
  async leave(index: number, ms: number): Promise<boolean> {
    const talker = this.#talker(index);
    talker.client.close();
    return await within(ms, () => this.#left.has(talker.name));
  }

  /** Whether all must receive a number despite any fault: all are in the room, and its handler returns no promise. */
  isCertain(number: number): boolean {
    return number > 0 && (this.route.ticks || number % 10 !== 9);
  }

  /** Whether each client has received the last number of each other. */
  isAllReceived(): boolean {
    return this.#talkers.every((speaker) =>
      this.#talkers.every((listener) => listener.streamOf(speaker.name).next >= speaker.said),
    );
  }

  /** A signal from outside may come while any message is in flight: that message is given up, and no client gets it. */
  wrongs(): Wrongs {
    const streams = this.#talkers.flatMap((speaker) =>
      this.#talkers.map((listener) => listener.streamOf(speaker.name).wrongs(speaker.said)),
    );
    const counts = this.#missing((number) => this.isCertain(number));
    const byNone = counts.filter((count) => count === this.size).length;
    this.inFlight = Math.min(byNone, this.signals);
    const lost = counts.reduce((sum, count) => sum + count, 0) - this.inFlight * this.size;
    return { ...sumOf(streams), lost };
  }

  /** Numbers that may be lost: how many no client has received, and how many only some have received. */
  uncertain(): { readonly byNone: number; readonly bySome: number } {
    const counts = this.#missing((number) => number > 0 && !this.isCertain(number));
    const byNone = counts.filter((count) => count === this.size).length;
    return { byNone, bySome: counts.length - byNone };
  }

  // For each number that matches and that a client lacks: how many clients lack it.
  #missing(matches: (number: number) => boolean): number[] {
    return this.#talkers.flatMap((speaker) => {
      const lacking = new Map<number, number>();
      const missing = this.#talkers.flatMap((listener) =>
        listener.streamOf(speaker.name).missing(speaker.said),
      );
      for (const number of missing.filter(matches)) lacking.set(number, (lacking.get(number) ?? 0) + 1);
      return [...lacking.values()];
    });
  }

  #say(talker: Talker): void {
    const isAwaited = !this.route.ticks && talker.said % 10 === 9;
    talker.client.send(`${isAwaited ? "wait" : "say"} ${talker.said}`);
    talker.said += 1;
  }

  #talker(index: number): Talker {
    const talker = this.#talkers[index];
    if (talker === undefined) throw new RangeError(`${this.route.name} has no talker ${index}`);
    return talker;
  }

  #receive(talker: Talker, text: string): void {
    const [first = "", number = ""] = text.split(" ", 2);
    if (first === "tick") for (const one of text.slice(5).split(";")) this.#receiveNumber(talker, one);
    else if (first === "left") this.#left.add(number);
    else if (this.#replies.has(first)) this.#replies.get(first)?.(number);
    else if (first === "wrong:") this.#withoutState(talker, text);
    else this.#receiveNumber(talker, text);
  }

  #withoutState(talker: Talker, text: string): void {
    this.withoutState += 1;
    this.#history.add(this.route.name, `NO STATE: ${talker.name}: ${text}`);
  }

  #receiveNumber(talker: Talker, text: string): void {
    const [speaker = "", number = ""] = text.split(" ");
    const stream = talker.streamOf(speaker);
    const expected = stream.next;
    const odd = stream.receive(Number(number));
    if (odd === null) return;
    const skipped = Array.from(
      { length: Math.max(0, Number(number) - expected) },
      (_, index) => expected + index,
    );
    if (odd === "gap" && !skipped.some((one) => this.isCertain(one))) return;
    this.#history.add(
      this.route.name,
      `ODD: ${talker.name} receives ${number} of ${speaker} after ${expected - 1}: ${odd}`,
    );
  }
}
