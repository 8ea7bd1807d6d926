// Front: the messages that rooms keep for members that join later.
import { randomBytes } from "node:crypto";
import type { Clock, Timer } from "../../boundary/clock.ts";
import { patternFor, type HistoryRule, type HistoryRules } from "../../boundary/rooms/history-rules.ts";
import type { Payload } from "../../boundary/payload.ts";
import {
  nothingKept,
  type EncodedMessage,
  type HistoryPort,
  type KeptMessages,
} from "../directory/history-port.ts";
import type { SeenPlace } from "../../boundary/rooms/seen-place.ts";
import { fitsAlone, KeptByAge } from "./kept-by-age.ts";
import { RoomHistory } from "./room-history.ts";

/**
 * Bounded for each room by its rule, and in all by bytes: then the oldest go first, of whatever room. It outlives the
 * scripts. A history that has become empty is forgotten; the next message starts another one, with an epoch of its own.
 */
export class Histories implements HistoryPort {
  isOn: boolean;
  readonly #clock: Clock;
  readonly #options: HistoryOptions;
  readonly #rooms = new Map<string, RoomHistory>();
  readonly #kept = new KeptByAge();
  readonly #epochs = { start: randomBytes(6).toString("base64url"), count: 0 };
  #scripts: readonly HistoryRules[] = [];
  #dropped = 0;
  #sweep: Timer | null = null;
  #swept: IterableIterator<RoomHistory> | null = null;

  constructor(clock: Clock, options: HistoryOptions) {
    this.#clock = clock;
    this.#options = options;
    this.isOn = Object.keys(options.history).length > 0;
  }

  get figures(): HistoryFigures {
    const { bytes, count: messages } = this.#kept;
    return { rooms: this.#rooms.size, messages, bytes, dropped: this.#dropped };
  }

  keep(room: string, data: Payload): Payload | EncodedMessage {
    const history = this.#rooms.get(room) ?? this.#start(room);
    if (history === null) return data;
    if (!fitsAlone(data, this.#options.historyTotal)) return this.#skip(history, data);
    const now = this.#clock.ticks();
    const message = history.add(data, now);
    this.#kept.add(message);
    this.#dropOutdated(history, now);
    while (this.#kept.bytes > this.#options.historyTotal) this.#dropOldest();
    return message.frame;
  }

  since(room: string, seen: SeenPlace | null): KeptMessages {
    const history = this.#rooms.get(room);
    if (history !== undefined) this.#dropOutdated(history, this.#clock.ticks());
    return this.#rooms.get(room)?.since(seen) ?? nothingKept(seen);
  }

  setRules(rules: readonly HistoryRules[]): void {
    this.#scripts = rules;
    this.isOn = [this.#options.history, ...rules].some((all) => Object.keys(all).length > 0);
    const now = this.#clock.ticks();
    for (const history of [...this.#rooms.values()]) {
      const rule = this.#ruleFor(history.room);
      if (rule === null) this.#end(history);
      else {
        history.rule = rule;
        this.#dropOutdated(history, now);
      }
    }
  }

  stop(): void {
    this.#sweep?.cancel();
  }

  interrupt(room: string): void {
    const history = this.#rooms.get(room);
    if (history !== undefined) history.epoch = this.#nextEpoch();
  }

  #nextEpoch(): string {
    return `${this.#epochs.start}${(this.#epochs.count += 1).toString(36)}`;
  }

  #start(room: string): RoomHistory | null {
    const rule = this.#ruleFor(room);
    if (rule === null) return null;
    const history = new RoomHistory(room, this.#nextEpoch(), rule);
    this.#rooms.set(room, history);
    this.#sweep ??= this.#clock.after(SWEEP_EVERY, this.#sweepSome);
    return history;
  }

  // The config wins. Of scripts, `parlor check` refuses declarations that differ.
  #ruleFor(room: string): HistoryRule | null {
    for (const rules of [this.#options.history, ...this.#scripts]) {
      const pattern = patternFor(room, rules);
      if (pattern !== null) return rules[pattern] ?? null;
    }
    return null;
  }

  #dropOutdated(history: RoomHistory, now: number): void {
    for (let old = history.takeOutdated(now); old !== null; old = history.takeOutdated(now))
      this.#kept.remove(old);
    if (history.size === 0) this.#rooms.delete(history.room);
  }

  #dropOldest(): void {
    const { oldest } = this.#kept;
    if (oldest === null) return;
    const { history } = oldest;
    history.takeFirst();
    this.#kept.remove(oldest);
    this.#dropped += 1;
    if (history.size === 0) this.#rooms.delete(history.room);
  }

  // It would take the place of all others. What is kept must have no gap, so the room starts again behind it.
  #skip(history: RoomHistory, data: Payload): Payload {
    this.#dropped += history.size + 1;
    this.#end(history);
    return data;
  }

  #end(history: RoomHistory): void {
    for (let old = history.takeFirst(); old !== null; old = history.takeFirst()) this.#kept.remove(old);
    this.#rooms.delete(history.room);
  }

  // A room that is neither sent to nor joined drops what is outdated here, within some seconds.
  readonly #sweepSome = (): void => {
    this.#sweep = null;
    const now = this.#clock.ticks();
    this.#swept ??= this.#rooms.values();
    for (let left = ROOMS_SWEPT; left > 0; left -= 1) {
      const { value, done } = this.#swept.next();
      if (done === true) {
        this.#swept = null;
        break;
      }
      this.#dropOutdated(value, now);
    }
    if (this.#rooms.size > 0) this.#sweep = this.#clock.after(SWEEP_EVERY, this.#sweepSome);
  };
}

export interface HistoryOptions {
  /** What the configuration says. */
  readonly history: HistoryRules;
  /** Bytes of all that is kept. */
  readonly historyTotal: number;
}

/** What is kept now. */
export interface HistoryFigures {
  readonly rooms: number;
  readonly messages: number;
  readonly bytes: number;
  /** Messages that were dropped before their time, because too much was kept in all. */
  readonly dropped: number;
}

/** How often outdated messages are looked for, ms, and in how many rooms at a time. */
const SWEEP_EVERY = 1000;
const ROOMS_SWEPT = 10_000;
