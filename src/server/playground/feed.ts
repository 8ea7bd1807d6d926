// Server: keeps the subscribers of `/_parlor/events` up to date, at a bounded rate.
import type { Clock, Timer } from "../../boundary/clock.ts";
import type { FeedSocket } from "../../front/websocket/feed-sockets.ts";
import { SNAPSHOT_VERSION, type Sections } from "./snapshot.ts";

/**
 * Sends each subscriber the whole state, then the sections that have changed since its last message. A subscriber that
 * reads slowly is left out until it has read, so it misses intermediate states and nothing is kept for it.
 */
export class Feed {
  readonly #clock: Clock;
  readonly #take: () => Sections;
  readonly #subscribers = new Set<Subscriber>();
  #timer: Timer | null = null;

  /** `take` reads the state now. */
  constructor(clock: Clock, take: () => Sections) {
    this.#clock = clock;
    this.#take = take;
  }

  /** The number of subscribers. */
  get size(): number {
    return this.#subscribers.size;
  }

  readonly add = (socket: FeedSocket): void => {
    const sent = this.#texts();
    const subscriber: Subscriber = { socket, sent, waitsSince: null };
    this.#subscribers.add(subscriber);
    socket.on("close", () => this.#subscribers.delete(subscriber));
    socket.send(snapshotText(sent, this.#clock.now()));
    this.#timer ??= this.#clock.after(INTERVAL, this.#round);
  };

  /** The state as a snapshot, in JSON. */
  snapshot(): string {
    return snapshotText(this.#texts(), this.#clock.now());
  }

  end(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#subscribers.clear();
  }

  // However large the app is, its thread of sockets spends at most a fiftieth of its time here.
  readonly #round = (): void => {
    this.#timer = null;
    if (this.#subscribers.size === 0) return;
    const start = this.#clock.ticks();
    const texts = this.#texts();
    for (const subscriber of this.#subscribers) this.#update(subscriber, texts);
    const cost = this.#clock.ticks() - start;
    this.#timer = this.#clock.after(Math.max(INTERVAL, cost * SHARE), this.#round);
  };

  #update(subscriber: Subscriber, texts: Texts): void {
    if (this.#isBehind(subscriber)) return;
    const changed = [...texts].filter(([name, text]) => subscriber.sent.get(name) !== text);
    if (changed.length === 0) return;
    subscriber.sent = texts;
    subscriber.socket.send(messageText(`"type":"change"`, this.#clock.now(), changed));
  }

  #isBehind(subscriber: Subscriber): boolean {
    if (subscriber.socket.bufferedAmount === 0) {
      subscriber.waitsSince = null;
      return false;
    }
    const now = this.#clock.ticks();
    subscriber.waitsSince ??= now;
    if (now - subscriber.waitsSince > PATIENCE) subscriber.socket.terminate();
    return true;
  }

  #texts(): Texts {
    const sections = Object.entries(this.#take());
    return new Map(sections.map(([name, section]) => [name, JSON.stringify(section)]));
  }
}

/** The JSON of each section, by its name. */
type Texts = ReadonlyMap<string, string>;

interface Subscriber {
  readonly socket: FeedSocket;
  /** What it was sent last of each section. */
  sent: Texts;
  /** Since when it has not read all, in monotonic time, ms; null if it has. */
  waitsSince: number | null;
}

/** The time between two messages, at least, ms. */
const INTERVAL = 250;
/** It is at least this many times what the last round took. */
const SHARE = 50;
/** A subscriber that does not read for this long is disconnected, ms. */
const PATIENCE = 30_000;

function snapshotText(texts: Texts, at: number): string {
  return messageText(`"type":"snapshot","version":${SNAPSHOT_VERSION}`, at, [...texts]);
}

function messageText(head: string, at: number, sections: readonly (readonly [string, string])[]): string {
  return `{${[head, `"at":${at}`, ...sections.map(([name, text]) => `"${name}":${text}`)].join(",")}}`;
}
