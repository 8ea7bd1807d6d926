// Host: the memory that a thread and its front share: the progress of the thread, and how far the front has come.
import { PROGRESS_BYTES, ProgressRecord } from "../../runtime/progress-record.ts";
import { COMMITS, TICKS } from "./thread-init.ts";

/** The thread writes its progress; the front counts the commits that it has applied, which the thread may wait for. */
export class ThreadMemory {
  readonly progress = new SharedArrayBuffer(PROGRESS_BYTES);
  readonly record = new ProgressRecord(this.progress);
  readonly applied = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  readonly #counts = new Int32Array(this.applied);

  /** The front has applied a commit. */
  countCommit(): void {
    Atomics.add(this.#counts, COMMITS, 1);
    Atomics.notify(this.#counts, COMMITS);
  }

  /** The front has applied the commit of a tick. */
  readonly countTick = (): void => {
    Atomics.add(this.#counts, TICKS, 1);
  };
}
