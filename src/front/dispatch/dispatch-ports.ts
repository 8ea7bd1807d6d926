// Front: what the dispatcher asks its owner, and what it reports.
import type { Clock, Loop } from "../../boundary/clock.ts";
import type { DirectoryChange } from "../../boundary/directory-record.ts";
import type { ScriptEvent } from "../../boundary/events.ts";
import type { QueueListener } from "./event-queue.ts";

export interface DispatchTime {
  readonly loop: Loop;
  readonly clock: Pick<Clock, "ticks">;
}

/** Is notified of what becomes of events. */
export interface DispatchListener extends QueueListener {
  /** An event's handler has returned, or its promise has settled. Not called for messages and pongs. */
  onDone(event: ScriptEvent): void;
  /** A fault has cost an event: it is not delivered again. */
  onLost(event: ScriptEvent, why: LossReason): void;
  /** Directory changes that the host has not got yet. */
  takeChanges(): readonly DirectoryChange[];
}

/** The events that the end of an incarnation has cost. */
export interface Losses {
  readonly culprit: ScriptEvent | null;
  /** How many pending handlers. */
  readonly interrupted: number;
}

/** An event is lost because it caused the fault, or because its handler waited for a promise. */
export type LossReason = "culprit" | "interrupted";
