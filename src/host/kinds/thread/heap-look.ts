// Host: when and how the memory of a thread is measured, on the front's side.
import type { Worker } from "node:worker_threads";

/**
 * A thread that did nothing is not woken. Its loop counts what it did, whether or not that passed the runtime: timers of
 * packages count.
 */
export class HeapLook {
  readonly #worker: MeasurableWorker;
  readonly #ports: HeapLookPorts;
  #active = 0;
  #pause = 0;
  #rest = SHORTEST_REST;

  constructor(worker: Worker, ports: HeapLookPorts) {
    this.#worker = worker;
    this.#ports = ports;
  }

  /** A few times a second. */
  readonly beat = (): void => {
    this.#pause -= 1;
    if (this.#pause > 0) return;
    const { active } = this.#worker.performance.eventLoopUtilization();
    if (active - this.#active < LEAST_ACTIVE) this.#restLonger();
    else {
      this.#active = active;
      this.#rest = SHORTEST_REST;
      this.#measure();
    }
  };

  /** The thread gets work: the next beat looks at it. */
  wake(): void {
    this.#pause = 0;
    this.#rest = SHORTEST_REST;
  }

  #restLonger(): void {
    this.#pause = this.#rest;
    this.#rest = Math.min(2 * this.#rest, LONGEST_REST);
  }

  // Node 20 cannot measure a thread from outside: there it measures itself.
  #measure(): void {
    const statistics = this.#worker.getHeapStatistics?.();
    if (statistics === undefined) return this.#ports.ask();
    void statistics.then(
      (heap) => this.#ports.used(usedBytesOf(heap)),
      () => undefined,
    );
  }
}

export interface HeapLookPorts {
  /** Asks the thread to measure itself. */
  ask(): void;
  /** The thread uses this many bytes. */
  used(bytes: number): void;
}

/** Buffers lie outside of the heap, and count. */
export function usedBytesOf({ used_heap_size, external_memory }: HeapFigures): number {
  return used_heap_size + external_memory;
}

interface HeapFigures {
  readonly used_heap_size: number;
  readonly external_memory: number;
}

/** Since Node 22.16. */
interface MeasurableWorker extends Worker {
  getHeapStatistics?(): Promise<HeapFigures>;
}

/** A thread that has run for less than this since it was measured cannot have used much memory, ms. */
const LEAST_ACTIVE = 1;

/** The beats between two looks at a thread that rests. They grow: a look at each of 300 threads is work. */
const SHORTEST_REST = 5;
const LONGEST_REST = 20;
