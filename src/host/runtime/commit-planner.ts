// Host: collects the commands and acknowledgements of a turn, and sends them as one commit after its microtasks.
import type { Commit } from "../../boundary/batch.ts";
import type { Phase } from "../../boundary/host.ts";
import { CommandLog } from "./command-log.ts";
import type { TurnLimit } from "../../boundary/turn/turn-limit.ts";
import { AckTracker } from "./ack-tracker.ts";
import type { RuntimePorts } from "./runtime-ports.ts";

/** One commit for each turn in which something happened. Within a batch none is planned: it commits at its end. */
export class CommitPlanner {
  readonly commands: CommandLog;
  readonly acks = new AckTracker();
  readonly #ports: RuntimePorts;
  readonly #onCommitted: () => void;
  /** The number of the event that is being handled. */
  handling = 0;
  #discarded: number[] = [];
  #refused = 0;
  #isPlanned = false;
  #isInBatch = false;
  #isUrgent = false;
  /** The phase of the microtasks of a batch that is one event. */
  #phaseAfterOne: Phase = "microtasks";

  constructor(ports: RuntimePorts, onCommitted: () => void, limit?: TurnLimit) {
    this.#ports = ports;
    this.#onCommitted = onCommitted;
    this.commands = new CommandLog(() => this.plan(), limit);
  }

  plan(): void {
    if (this.#isPlanned || this.#isInBatch) return;
    this.#isPlanned = true;
    this.#ports.loop.afterMicrotasks(this.#commit);
  }

  /** A tick's commit is written to the sockets at once. */
  makeUrgent(): void {
    this.#isUrgent = true;
  }

  discard(): void {
    this.#discarded.push(this.handling);
  }

  /** A call was refused, because of a bound. */
  readonly refuse = (): void => {
    this.#refused += 1;
  };

  batchStarts(): void {
    this.#isInBatch = true;
    this.#phaseAfterOne = "microtasks";
  }

  /** A script was notified of a takeover: what goes wrong in the microtasks may be its fault. */
  notified(): void {
    this.#phaseAfterOne = "notice";
  }

  /** All events up to this number have been started. `isAlone`: the batch has one event. */
  batchEnds(through: number, isAlone: boolean): void {
    this.#isInBatch = false;
    this.#ports.progress.phase(isAlone ? this.#phaseAfterOne : "microtasks");
    this.acks.started(through);
    this.plan();
  }

  /** Without a commit the host still has to report that it rests, or the front would find that it hangs. */
  restAfterMicrotasks(): void {
    if (!this.#isPlanned) this.#ports.loop.afterMicrotasks(this.#rest);
  }

  readonly #rest = (): void => {
    if (!this.#isPlanned && !this.#isInBatch) this.#ports.progress.phase("idle");
  };

  readonly #commit = (): void => {
    this.#isPlanned = false;
    const { bytes } = this.commands;
    const commands = this.commands.take();
    const commit: Commit = {
      ...this.acks.take(),
      commands,
      discarded: this.#discarded,
      refused: this.#refused,
      // A tick that sends nothing is not counted as one that the front has to apply.
      urgent: this.#isUrgent && commands.length > 0,
    };
    this.#isUrgent = false;
    if (this.#discarded.length > 0) this.#discarded = [];
    this.#refused = 0;
    this.#ports.commit(commit, bytes);
    // Only now: a commit that cannot be sent is the fault of the events that it holds.
    this.#ports.progress.phase("idle");
    this.#onCommitted();
  };
}
