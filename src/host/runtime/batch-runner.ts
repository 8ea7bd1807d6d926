// Host: runs the events of a batch in slices, so that the host's own loop turns in between.
import type { Batch } from "../../boundary/batch.ts";
import type { ScriptEvent } from "../../boundary/events.ts";
import type { CommitPlanner } from "./commit-planner.ts";
import type { RuntimePorts } from "./runtime-ports.ts";
import type { SessionScheduler } from "./session-scheduler.ts";

/** One batch at a time: the front sends the next when this one is acknowledged. */
export class BatchRunner {
  readonly #ports: Pick<RuntimePorts, "clock" | "loop" | "progress">;
  readonly #slice: number;
  readonly #scheduler: SessionScheduler;
  readonly #commits: CommitPlanner;
  #batch = NO_BATCH;
  #at = 0;
  #isEnded = false;

  constructor(
    ports: Pick<RuntimePorts, "clock" | "loop" | "progress">,
    slice: number,
    { scheduler, commits }: { readonly scheduler: SessionScheduler; readonly commits: CommitPlanner },
  ) {
    this.#ports = ports;
    this.#slice = slice;
    this.#scheduler = scheduler;
    this.#commits = commits;
  }

  run(batch: Batch): void {
    this.#batch = batch;
    this.#at = 0;
    this.#ports.progress.batch(batch.first);
    this.#runSlice();
  }

  end(): void {
    this.#isEnded = true;
  }

  readonly #runSlice = (): void => {
    if (this.#isEnded) return;
    const { events, first } = this.#batch;
    const stopAt = this.#ports.clock.ticks() + this.#slice;
    this.#commits.batchStarts();
    if (this.#notifiesFirst()) return;
    while (this.#at < events.length) {
      this.#scheduler.start(events[this.#at] as ScriptEvent, first + this.#at);
      this.#at += 1;
      const isLong = this.#commits.commands.isLarge || this.#ports.clock.ticks() > stopAt;
      if (this.#at < events.length && isLong) {
        this.#ports.loop.atTurnEnd(this.#runSlice);
        break;
      }
    }
    // The next batch may be far off, and these events may be large.
    if (this.#at === events.length) this.#batch = NO_BATCH;
    this.#commits.batchEnds(first + this.#at - 1, events.length === 1);
  };

  // An event that is delivered alone may be a suspect. The notice of a takeover gets a turn of its own before it, so that
  // a crash in the microtasks is known to be the fault of the one or the other.
  #notifiesFirst(): boolean {
    const { events, first } = this.#batch;
    if (events.length !== 1 || !this.#scheduler.notifyFor(events[0] as ScriptEvent)) return false;
    this.#commits.batchEnds(first - 1, true);
    this.#ports.loop.atTurnEnd(this.#runSlice);
    return true;
  }
}

const NO_BATCH: Batch = { first: 1, events: [], changes: [] };
