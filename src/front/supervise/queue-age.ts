// Front: for how long the oldest event has waited for a host, from looks at the counts of its queue.
import type { Dispatcher } from "../dispatch/dispatcher.ts";

/** A look notes how many events had come by then: while fewer are done, one of them still waits. */
export class QueueAge {
  #marks: { readonly total: number; at: number }[] = [];
  #now = 0;

  /** For how long the oldest event has waited, at least; ms. */
  get oldest(): number {
    const [first] = this.#marks;
    return first === undefined ? 0 : this.#now - first.at;
  }

  /** `ms` have passed since the previous look, or less. */
  look({ total, waiting }: Pick<Dispatcher, "total" | "waiting">, ms: number): void {
    this.#now += ms;
    const done = total - waiting;
    if (waiting === 0) return void (this.#marks.length > 0 && (this.#marks = []));
    const begun = this.#marks.findIndex((mark) => mark.total > done);
    this.#marks.splice(0, begun < 0 ? this.#marks.length : begun);
    if (this.#marks.at(-1)?.total === total) return;
    // Of many marks, every second one goes: the age becomes coarser, and is never too high.
    if (this.#marks.length >= MOST_MARKS) this.#marks = this.#marks.filter((_, index) => index % 2 === 0);
    this.#marks.push({ total, at: this.#now });
  }
}

const MOST_MARKS = 64;
