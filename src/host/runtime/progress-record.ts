// Host: its current event and phase, in memory that outlives it, where the front reads what caused a crash or hang.
import { BATCH_EVENTS } from "../../boundary/batch.ts";
import type { HostExit, Phase } from "../../boundary/host.ts";
import { PHASES } from "../../boundary/host.ts";

const EVENT = 0;
const PHASE = 1;
const COUNT = 2;
const FIRST = 3;
const USED = 4;
const PROMISED = 5;
const BITS = 32;
/** One bit for each event of a batch. */
const WORDS = BATCH_EVENTS / BITS;

const IDLE = PHASES.indexOf("idle");
const IN_EVENT = PHASES.indexOf("event");

/** The size of the record in shared memory. */
export const PROGRESS_BYTES = (PROMISED + WORDS) * Float64Array.BYTES_PER_ELEMENT;

/**
 * The number of the current event is written before its handler is called, so that after a crash or an endless loop the
 * front can name the event that caused it. Plain stores suffice: the reader reads after the writer has stopped, or only
 * to see whether anything moves.
 */
export class ProgressRecord {
  readonly #cells: Float64Array;
  /** Called after each change, where the memory is not shared but must be written out. */
  readonly #write: (() => void) | null;

  constructor(memory: ArrayBufferLike = new ArrayBuffer(PROGRESS_BYTES), write: (() => void) | null = null) {
    this.#cells = new Float64Array(memory, 0, PROMISED + WORDS);
    this.#write = write;
  }

  /** A batch starts, whose first event has this number. */
  batch(first: number): void {
    this.#cells[FIRST] = first;
    for (let word = 0; word < WORDS; word += 1) this.#cells[PROMISED + word] = 0;
  }

  event(number: number): void {
    this.#cells[EVENT] = number;
    this.#cells[PHASE] = IN_EVENT;
    this.#cells[COUNT]! += 1;
    if (this.#write !== null) this.#write();
  }

  /** Runs something in a phase of its own, in the middle of another one. */
  within<T>(phase: Phase, run: () => T): T {
    const before = this.currentPhase;
    this.phase(phase);
    try {
      return run();
    } finally {
      this.phase(before);
    }
  }

  phase(phase: Phase): void {
    this.#cells[PHASE] = PHASES.indexOf(phase);
    this.#cells[COUNT]! += 1;
    if (this.#write !== null) this.#write();
  }

  /** The host's memory has been measured: it uses this many bytes. */
  used(bytes: number): void {
    this.#cells[USED] = bytes;
  }

  /** The handler of this event has returned a promise: it is not run again. */
  promised(number: number): void {
    const index = number - (this.#cells[FIRST] ?? 0);
    if (index < 0 || index >= WORDS * BITS) return;
    const word = PROMISED + Math.floor(index / BITS);
    this.#cells[word] = ((this.#cells[word] ?? 0) | (1 << (index % BITS))) >>> 0;
  }

  /** The exit, as if the host ended now for this reason. Before its code ran, no script can have caused it. */
  exit(reason: string): HostExit {
    if (this.progress < 0) return { reason, event: 0, phase: "loading", promised: [], isUnstarted: true };
    return { reason, event: this.currentEvent, phase: this.currentPhase, promised: this.readPromised() };
  }

  /** Does not change while the host hangs; below 0 until its code runs. */
  get progress(): number {
    return (this.#cells[COUNT] ?? 0) - 1;
  }

  get currentEvent(): number {
    return this.#cells[EVENT] ?? 0;
  }

  /** Whether it runs nothing; a quick look, for the watch. */
  get isIdle(): boolean {
    return this.#cells[PHASE] === IDLE;
  }

  get currentPhase(): Phase {
    return PHASES[this.#cells[PHASE] ?? 0] ?? "idle";
  }

  /** The bytes of memory that the host used when it was measured last; 0 before that. */
  get usedBytes(): number {
    return this.#cells[USED] ?? 0;
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

/**
 * The exit of a host whose memory ran out: several events may have used it. The front redelivers them one at a time to
 * find the one that does.
 */
export function unsure(exit: HostExit): HostExit {
  const phase = exit.phase === "event" ? "microtasks" : exit.phase;
  return { ...exit, phase, isOutOfMemory: true };
}
