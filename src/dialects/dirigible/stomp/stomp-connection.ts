// Dialect: what a Dirigible program keeps of a STOMP client.
import { isRecord } from "../../../boundary/checks.ts";
import type { ModuleGlobals } from "../common/module-globals.ts";
import type { HeartBeats } from "./heart-beats.ts";
import { StompReader } from "./protocol/stomp-reader.ts";
import type { HeartBeatPlan } from "./protocol/heart-beat-plan.ts";
import type { StompVersion } from "./protocol/stomp-frame.ts";

/** The state of a session of `/stomp`. What must outlive a restart of the host is saved as plain data. */
export class StompConnection {
  readonly reader = new StompReader();
  /** By their ids. */
  readonly subscriptions = new Map<string, Subscription>();
  beats: HeartBeats | null = null;
  /** Of the handlers that its messages go to; null before the first. */
  globals: ModuleGlobals | null = null;
  #version: StompVersion | null = null;
  #plan: HeartBeatPlan = NO_BEATS;
  /** Whether something has changed since it was saved, beside the place in the frames. */
  #hasChanged = false;
  #wasWithinFrame = false;
  #isEnded = false;

  /** Null before the client has connected. */
  get version(): StompVersion | null {
    return this.#version;
  }

  get plan(): HeartBeatPlan {
    return this.#plan;
  }

  /** Whether it was closed: what still comes is ignored. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether it must be saved. */
  get isChanged(): boolean {
    return this.#hasChanged || this.reader.isWithinFrame !== this.#wasWithinFrame;
  }

  connect(version: StompVersion, plan: HeartBeatPlan): void {
    this.#version = version;
    this.#plan = plan;
    this.#hasChanged = true;
  }

  /** The subscriptions have changed. */
  change(): void {
    this.#hasChanged = true;
  }

  save(): SavedConnection {
    this.#hasChanged = false;
    this.#wasWithinFrame = this.reader.isWithinFrame;
    const subscriptions = [...this.subscriptions.values()];
    return { version: this.#version, plan: this.#plan, isWithinFrame: this.#wasWithinFrame, subscriptions };
  }

  /** Takes what another incarnation has saved. Returns false if the start of a frame is lost. */
  restore(saved: unknown): boolean {
    if (!isSaved(saved)) return true;
    this.#version = saved.version;
    this.#plan = saved.plan;
    for (const subscription of saved.subscriptions) this.subscriptions.set(subscription.id, subscription);
    return !saved.isWithinFrame;
  }

  end(): void {
    this.#isEnded = true;
    this.beats?.stop();
    this.globals?.end();
  }
}

/** What a client wants to receive. Plain data. */
export interface Subscription {
  /** Published for 1.0: a subscription without an id is known by its destination. */
  readonly id: string;
  readonly hasId: boolean;
  readonly destination: string;
}

const NO_BEATS: HeartBeatPlan = { outgoing: 0, incoming: 0 };

/** Plain data. */
interface SavedConnection {
  readonly version: StompVersion | null;
  readonly plan: HeartBeatPlan;
  readonly isWithinFrame: boolean;
  readonly subscriptions: readonly Subscription[];
}

// Written by this dialect only.
function isSaved(saved: unknown): saved is SavedConnection {
  return isRecord(saved) && Array.isArray(saved["subscriptions"]);
}
