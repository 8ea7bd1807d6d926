import type { Loop } from "../../src/boundary/clock.ts";
import type { Batch, Commit } from "../../src/boundary/batch.ts";
import type { Host, HostExit, HostListener } from "../../src/boundary/host.ts";

/** A host under a test's control: it keeps batches, and commits or exits when the test calls for it. */
export class FakeHost implements Host {
  readonly incarnation: number;
  readonly listener: HostListener;
  readonly batches: Batch[] = [];
  isStopped = false;

  constructor(incarnation: number, listener: HostListener) {
    this.incarnation = incarnation;
    this.listener = listener;
  }

  /** The events of the last batch: a message's data, else the event's kind. */
  get last(): string[] {
    return (this.batches.at(-1)?.events ?? []).map((event) =>
      "data" in event ? String(event.data) : event.kind,
    );
  }

  deliver(batch: Batch): void {
    this.batches.push(batch);
  }

  stop(): Promise<void> {
    this.isStopped = true;
    return Promise.resolve();
  }

  /** Acknowledges the last batch, by default as a whole. */
  done(more: Partial<Commit> = {}): void {
    const { first, events } = this.batches.at(-1) as Batch;
    this.listener.onCommit({ ...commit(first + events.length - 1), ...more });
  }

  dies(exit: Partial<HostExit> = {}): void {
    this.listener.onExit({ reason: "killed", event: 0, phase: "idle", promised: [], ...exit });
  }
}

/** An acknowledgement of all events up to this one. */
export function commit(through: number, more: Partial<Commit> = {}): Commit {
  const nothing = {
    pending: [],
    waiting: [],
    settled: [],
    commands: [],
    discarded: [],
    refused: 0,
    urgent: false,
  };
  return { through, ...nothing, ...more };
}

/** An event loop that a test turns. */
export class FakeLoop implements Loop {
  #actions: (() => void)[] = [];

  atTurnEnd(action: () => void): void {
    this.#actions.push(action);
  }

  afterMicrotasks(action: () => void): void {
    this.#actions.push(action);
  }

  /** Ends the turn, and the turns that its actions ask for. */
  turn(): void {
    while (this.#actions.length > 0) for (const action of this.#actions.splice(0)) action();
  }

  /** Ends one turn only. */
  once(): void {
    for (const action of this.#actions.splice(0)) action();
  }
}
