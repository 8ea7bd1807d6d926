// Base: writes lines to a descriptor of this process, and never waits for it.
import { fstatSync, openSync, writeSync, constants } from "node:fs";
import { isatty } from "node:tty";
import type { Clock, Timer } from "./boundary/clock.ts";
import { errorText } from "./boundary/errors.ts";
import { realClock } from "./real-clock.ts";

/**
 * A disk that is full, a reader that is slow or gone: none of them holds up the caller, or throws. Lines wait for a slow
 * reader up to a limit. Lines that cannot be written are counted, and one line says how many there were as soon as
 * writing works again.
 */
export class DescriptorWriter {
  /** The line that reports lost lines. */
  describeLoss: (count: number) => string = (count) => errorText("PARLOR_LOG_LOST", { count });
  readonly #target: WriteTarget;
  readonly #clock: Clock;
  readonly #limit: number;
  /** Lines that wait for a slow reader. */
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #lost = 0;
  /** Lines that were lost, those that were reported included. */
  lostInAll = 0;
  /** Whether the last line was cut by an error: the next one starts on a line of its own. */
  #isMidLine = false;
  #pause = SHORTEST_PAUSE;
  #timer: Timer | null = null;

  constructor(target: WriteTarget, { limit = Infinity, clock = realClock }: DescriptorWriterOptions = {}) {
    this.#target = target;
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Writes a line, which ends with a line break. */
  write(line: string): void {
    if (this.#timer === null) return this.#attempt(Buffer.from(line));
    if (this.#waiting.length === 0) return this.#lose(1);
    const bytes = Buffer.from(line);
    if (this.#waitingBytes + bytes.length > this.#limit) return this.#lose(1);
    this.#wait(bytes);
  }

  /** Resolves when no line waits, or after `ms`. Keeps the process alive until then. */
  async settled(ms = Infinity): Promise<void> {
    const end = performance.now() + ms;
    while (this.#waiting.length > 0 && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, SHORTEST_PAUSE));
  }

  #attempt(bytes: Buffer): void {
    const rest = this.#put(bytes);
    if (rest === null) return this.#lose(1);
    if (rest.length === 0) return;
    this.#wait(rest);
    this.#again(this.#pause);
  }

  #wait(bytes: Buffer): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  #lose(count: number): void {
    this.#lost += count;
    this.lostInAll += count;
    if (this.#timer === null) this.#again(RETRY_AFTER);
  }

  #again(delay: number): void {
    this.#timer = this.#clock.after(delay, this.#retry);
  }

  readonly #retry = (): void => {
    this.#timer = null;
    const before = this.#waitingBytes;
    const isBroken = !this.#drain();
    if (isBroken) return this.#again(RETRY_AFTER);
    const hasMoved = this.#waitingBytes < before;
    this.#pause = hasMoved ? SHORTEST_PAUSE : Math.min(LONGEST_PAUSE, this.#pause * 2);
    if (this.#waiting.length > 0) return this.#again(this.#pause);
    if (this.#lost > 0) this.#reportLoss();
  };

  // Returns false when the lines that waited are lost.
  #drain(): boolean {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const rest = this.#put(next);
      if (rest === null) return this.#loseWaiting();
      this.#waitingBytes -= next.length - rest.length;
      if (rest.length > 0) {
        this.#waiting[0] = rest;
        return true;
      }
      this.#waiting.shift();
    }
    return true;
  }

  #loseWaiting(): false {
    this.#lost += this.#waiting.length;
    this.lostInAll += this.#waiting.length;
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    return false;
  }

  #reportLoss(): void {
    const count = this.#lost;
    const rest = this.#put(Buffer.from(`${this.#isMidLine ? "\n" : ""}${this.describeLoss(count)}\n`));
    if (rest === null) return this.#again(RETRY_AFTER);
    this.#lost = 0;
    if (rest.length === 0) return;
    this.#wait(rest);
    this.#again(this.#pause);
  }

  // Returns the rest that the reader has no room for yet; null when it cannot be written at all.
  #put(bytes: Buffer): Buffer | null {
    let at = 0;
    try {
      while (at < bytes.length) at += this.#target.write(bytes, at);
      this.#isMidLine = false;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EAGAIN" || code === "EINTR") return bytes.subarray(at);
      this.#isMidLine ||= at > 0;
      return null;
    }
    return EMPTY;
  }
}

/** Where bytes are written to. */
export interface WriteTarget {
  /** Writes bytes from a position on, and returns how many. Throws EAGAIN when there is no room for now. */
  write(bytes: Buffer, from: number): number;
}

export interface DescriptorWriterOptions {
  /** Bytes that may wait for a slow reader; lines beyond are lost. Default: no limit, for output that must be complete. */
  readonly limit?: number;
  readonly clock?: Clock;
}

/** The writers of the standard streams: one each, so that lines of different origin keep their order. */
const writers = new Map<number, DescriptorWriter>();

/** The writer of the standard output (1) or the standard error stream (2). The first caller sets its limit. */
export function standardWriter(descriptor: 1 | 2, limit: number = LOG_LIMIT): DescriptorWriter {
  const existing = writers.get(descriptor);
  if (existing !== undefined) return existing;
  const writer = new DescriptorWriter(descriptorTarget(descriptor), { limit });
  writers.set(descriptor, writer);
  return writer;
}

/** Resolves when all that was written to the standard streams has left, or after `ms`. */
export async function outputSettled(ms: number): Promise<void> {
  await Promise.all(Array.from(writers.values(), (writer) => writer.settled(ms)));
}

/** How many bytes of a log may wait for its reader. */
const LOG_LIMIT = 8 * 1024 * 1024;

/** The pauses between two attempts to write to a slow reader, ms. */
const SHORTEST_PAUSE = 1;
const LONGEST_PAUSE = 50;

/** The pause after an error that lasts, such as a full disk, ms. */
const RETRY_AFTER = 1000;

const EMPTY = Buffer.alloc(0);

function descriptorTarget(descriptor: 1 | 2): WriteTarget {
  const own = reopened(descriptor);
  if (own !== null) return { write: (bytes, from) => writeSync(own, bytes, from) };
  const handle = (descriptor === 1 ? process.stdout : process.stderr) as { readonly _handle?: StreamHandle };
  return {
    write(bytes, from) {
      // Each process that is started with this descriptor makes it wait again.
      handle._handle?.setBlocking?.(false);
      return writeSync(descriptor, bytes, from);
    },
  };
}

/** Node's own part of a standard stream; a file has none. */
interface StreamHandle {
  setBlocking?(isBlocking: boolean): unknown;
}

// A pipe or a terminal is opened a second time, because others share the first description. A socket cannot be, and
// writing to a file never waits for a reader.
function reopened(descriptor: 1 | 2): number | null {
  try {
    const isWaiting = fstatSync(descriptor).isFIFO() || isatty(descriptor);
    return isWaiting ? openSync(`/proc/self/fd/${descriptor}`, WITHOUT_WAITING) : null;
  } catch {
    // Not Linux, or a pipe of another user.
    return null;
  }
}

const WITHOUT_WAITING = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
