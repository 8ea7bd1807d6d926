import type { HostExit, Phase } from "../../boundary/host.ts";
import { PHASES } from "../../boundary/host.ts";

const EVENT = 0;
const PHASE = 1;
const BEAT = 2;
const FIRST = 3;
const PROMISED = 4;
const BITS = 32;
/** A batch holds at most 256 events: one bit each. */
const WORDS = 8;

const IN_EVENT = PHASES.indexOf("event");

/** The bytes that marks take in shared memory. */
export const PROGRESS_BYTES = (PROMISED + WORDS) * Float64Array.BYTES_PER_ELEMENT;

/**
 * What a host is at, kept in memory that outlives it: the number of the event in hand is written before its handler
 * is called, so that after a death or a loop the front can name the one that did it. Plain stores: the reader looks
 * only after the writer has stopped, or to see whether anything moves.
 */
export class ProgressRecord {
  readonly #cells: Float64Array;
  /** Called after each change, where the memory is not shared but must be written out. */
  readonly #write: (() => void) | null;

  constructor(memory: ArrayBufferLike = new ArrayBuffer(PROGRESS_BYTES), write: (() => void) | null = null) {
    this.#cells = new Float64Array(memory, 0, PROMISED + WORDS);
    this.#write = write;
  }

  /** A batch begins, whose first event has this number. */
  batch(first: number): void {
    this.#cells[FIRST] = first;
    for (let word = 0; word < WORDS; word += 1) this.#cells[PROMISED + word] = 0;
  }

  event(number: number): void {
    this.#cells[EVENT] = number;
    this.#cells[PHASE] = IN_EVENT;
    this.#cells[BEAT]! += 1;
    if (this.#write !== null) this.#write();
  }

  phase(phase: Phase): void {
    this.#cells[PHASE] = PHASES.indexOf(phase);
    this.#cells[BEAT]! += 1;
    if (this.#write !== null) this.#write();
  }

  /** The handler of this event has returned a promise: it is not run again. */
  promised(number: number): void {
    const index = number - (this.#cells[FIRST] ?? 0);
    if (index < 0 || index >= WORDS * BITS) return;
    const word = PROMISED + Math.floor(index / BITS);
    this.#cells[word] = ((this.#cells[word] ?? 0) | (1 << (index % BITS))) >>> 0;
  }

  /** All that is known of it, as if it ended now for this reason. */
  exit(reason: string): HostExit {
    return { reason, event: this.currentEvent, phase: this.currentPhase, promised: this.readPromised() };
  }

  /** Stands still while nothing moves: how a hang is told from work. */
  get progress(): number {
    return this.#cells[BEAT] ?? 0;
  }

  get currentEvent(): number {
    return this.#cells[EVENT] ?? 0;
  }

  get currentPhase(): Phase {
    return PHASES[this.#cells[PHASE] ?? 0] ?? "idle";
  }

  /** The numbers of this batch's events whose handlers had returned a promise. */
  readPromised(): number[] {
    const first = this.#cells[FIRST] ?? 0;
    const numbers: number[] = [];
    for (let index = 0; index < WORDS * BITS; index += 1) {
      const word = this.#cells[PROMISED + Math.floor(index / BITS)] ?? 0;
      if ((word >>> 0) & (1 << (index % BITS))) numbers.push(first + index);
    }
    return numbers;
  }
}

/** Memory runs out at one event and was taken by many: which it was shows when they come again, one at a time. */
export function unsure(exit: HostExit): HostExit {
  return exit.phase === "event" ? { ...exit, phase: "microtasks" } : exit;
}
