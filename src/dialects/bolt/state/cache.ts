// Dialect: the texts that a Bolt program keeps by key, each for some time.
import type { Clock } from "../../../boundary/clock.ts";

/**
 * Published: in memory; above its capacity the texts that were used longest ago go first. All texts and keys together
 * have at most 64 Mi characters, so that large ones do not use up the program's memory.
 */
export class Cache {
  /** Published default: 10,000 entries. */
  capacity = 10_000;
  /** Milliseconds for entries that are set without a time of their own; null keeps them. */
  lifetime: number | null = null;
  readonly #clock: Clock;
  /** The most recently used last. */
  readonly #entries = new Map<string, CacheEntry>();
  /** Characters of all keys and texts. */
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `lifetime`: milliseconds; null keeps the entry. */
  readonly set = (key: string, text: string, lifetime: number | null): void => {
    this.delete(key);
    this.#put(key, { text, expires: lifetime === null ? Infinity : this.#clock.ticks() + lifetime });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.capacity && this.#size <= MOST_CHARACTERS) return;
      this.delete(oldest);
    }
  };

  /** "" if there is no entry, or if its time is over. */
  readonly get = (key: string): string => {
    const entry = this.#entries.get(key);
    if (entry === undefined) return "";
    this.delete(key);
    if (this.#clock.ticks() >= entry.expires) return "";
    this.#put(key, entry);
    return entry.text;
  };

  readonly delete = (key: string): void => {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#size -= key.length + entry.text.length;
  };

  readonly clear = (): void => {
    this.#entries.clear();
    this.#size = 0;
  };

  #put(key: string, entry: CacheEntry): void {
    this.#entries.set(key, entry);
    this.#size += key.length + entry.text.length;
  }
}

/** Below the default limit of a program's memory, also with two bytes for each. */
const MOST_CHARACTERS = 67_108_864;

interface CacheEntry {
  readonly text: string;
  /** In ticks of the clock. */
  readonly expires: number;
}
