import { within } from "./figures.ts";
import type { History } from "./history.ts";
import type { RawClient } from "./raw-client.ts";
import type { ServedApp } from "./served-app.ts";
import { StreamCheck, sumOf, type Wrongs } from "./stream-check.ts";
import type { TalkRoute } from "./talk-scripts.ts";

/** A client that tells a route its numbers, and holds what it hears of every member against what that one said. */
class Talker {
  readonly name: string;
  readonly client: RawClient;
  readonly heard = new Map<string, StreamCheck>();
  said = 0;

  constructor(name: string, client: RawClient) {
    this.name = name;
    this.client = client;
  }

  earFor(speaker: string): StreamCheck {
    let ear = this.heard.get(speaker);
    if (ear === undefined) this.heard.set(speaker, (ear = new StreamCheck()));
    return ear;
  }
}

/** Those who talk on one route of the random part. */
export class TalkGroup {
  readonly route: TalkRoute;
  readonly #talkers: readonly Talker[];
  readonly #history: History;
  #onPid: (pid: number) => void = () => undefined;
  /** How often an instance did not have the state that its attributes say it should have. */
  withoutState = 0;
  /** How many signals its process was sent, and how many messages that has cost which were in hand. */
  signals = 0;
  inHand = 0;

  private constructor(route: TalkRoute, talkers: readonly Talker[], history: History) {
    this.route = route;
    this.#talkers = talkers;
    this.#history = history;
    for (const talker of talkers) {
      talker.client.onText = (text) => this.#hear(talker, text);
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

  /** Everybody says something and hears it: then everybody is in the room, and hears what comes next. */
  async gather(): Promise<boolean> {
    this.sayAll();
    return await within(20_000, () => this.#talkers.every((talker) => talker.earFor(talker.name).next > 0));
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

  /** Everybody says the next number. */
  sayAll(): void {
    for (const talker of this.#talkers) this.#say(talker);
  }

  /** Says what everybody must hear, and answers how to find out whether it was heard by the one who said it. */
  saySurely(index: number): () => boolean {
    const talker = this.#talker(index);
    if (!this.isSure(talker.said)) this.#say(talker);
    const number = talker.said;
    this.#say(talker);
    return () => talker.earFor(talker.name).next > number;
  }

  send(index: number, text: string): void {
    this.#talker(index).client.send(text);
  }

  /** The number of the process that serves the route. */
  pid(index: number): Promise<number> {
    const told = new Promise<number>((resolve) => (this.#onPid = resolve));
    this.send(index, "pid");
    return told;
  }

  /** Whether a number must be heard whatever happens: all are in the room, and its handler returns no promise. */
  isSure(number: number): boolean {
    return number > 0 && (this.route.ticks || number % 10 !== 9);
  }

  /** Whether everybody has heard the last of everybody. */
  isAllHeard(): boolean {
    return this.#talkers.every((speaker) =>
      this.#talkers.every((listener) => listener.earFor(speaker.name).next >= speaker.said),
    );
  }

  /** A signal from outside may strike while any message is in hand: that one is given up, and heard by nobody. */
  wrongs(): Wrongs {
    const streams = this.#talkers.flatMap((speaker) =>
      this.#talkers.map((listener) => listener.earFor(speaker.name).wrongs(speaker.said)),
    );
    const deaf = this.#deaf((number) => this.isSure(number));
    const byNobody = deaf.filter((count) => count === this.size).length;
    this.inHand = Math.min(byNobody, this.signals);
    const lost = deaf.reduce((sum, count) => sum + count, 0) - this.inHand * this.size;
    return { ...sumOf(streams), lost };
  }

  /** Numbers that need not be heard: how many were heard by nobody, and how many by some and not by others. */
  unsure(): { readonly byNobody: number; readonly bySome: number } {
    const deaf = this.#deaf((number) => number > 0 && !this.isSure(number));
    const byNobody = deaf.filter((count) => count === this.size).length;
    return { byNobody, bySome: deaf.length - byNobody };
  }

  // Of each number that counts and that somebody has not heard, how many have not.
  #deaf(counts: (number: number) => boolean): number[] {
    return this.#talkers.flatMap((speaker) => {
      const deaf = new Map<number, number>();
      const missing = this.#talkers.flatMap((listener) =>
        listener.earFor(speaker.name).missing(speaker.said),
      );
      for (const number of missing.filter(counts)) deaf.set(number, (deaf.get(number) ?? 0) + 1);
      return [...deaf.values()];
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

  #hear(talker: Talker, text: string): void {
    const [first = "", number = ""] = text.split(" ", 2);
    if (first === "tick") for (const one of text.slice(5).split(";")) this.#hearNumber(talker, one);
    else if (first === "pid") this.#onPid(Number(number));
    else if (first === "wrong:") this.#withoutState(talker, text);
    else this.#hearNumber(talker, text);
  }

  #withoutState(talker: Talker, text: string): void {
    this.withoutState += 1;
    this.#history.add(this.route.name, `NO STATE: ${talker.name}: ${text}`);
  }

  #hearNumber(talker: Talker, text: string): void {
    const [speaker = "", number = ""] = text.split(" ");
    const ear = talker.earFor(speaker);
    const before = ear.next;
    const odd = ear.hear(Number(number));
    if (odd === null) return;
    const skipped = Array.from(
      { length: Math.max(0, Number(number) - before) },
      (_, index) => before + index,
    );
    if (odd === "gap" && !skipped.some((one) => this.isSure(one))) return;
    this.#history.add(
      this.route.name,
      `ODD: ${talker.name} hears ${number} of ${speaker} after ${before - 1}: ${odd}`,
    );
  }
}
