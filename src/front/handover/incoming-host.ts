// Front: the host of a new version, prepared beside the one that serves.
import { messageOf } from "../../boundary/checks.ts";
import type { Commit } from "../../boundary/batch.ts";
import type { ReloadReason, TakeoverEvent } from "../../boundary/events.ts";
import type { HandoverState, PackedSessions } from "../../boundary/handover.ts";
import { defaultBounds, hasLifeHooks } from "../../boundary/host-spec.ts";
import type { FailingScripts, HostExit } from "../../boundary/host.ts";
import { LOADING_LIMIT } from "../incarnation/hang-watch.ts";
import type { IncarnationPorts } from "../incarnation/incarnation-ports.ts";
import type { Incarnation } from "../incarnation/incarnation.ts";
import type { HostRole } from "../incarnation/host-message-router.ts";
import { SessionSync } from "./session-sync.ts";
import { markDraining } from "./takeover-events.ts";
import type { Departure } from "./departure.ts";

/**
 * It is started, informed of the sessions and loaded while the previous version serves. What it commands before it has
 * taken over is kept, and applied once it has.
 */
export class IncomingHost implements HostRole {
  readonly incarnation: Incarnation;
  /** Resolves with null when the new version serves, or with the reason, in one line, why it does not. */
  readonly outcome: Promise<string | null>;
  readonly sync: SessionSync;
  readonly keepsCommits = true;
  readonly #front: IncarnationPorts;
  readonly #listener: IncomingListener;
  readonly #early: Commit[] = [];
  #earlyPlaces = 0;
  readonly #states: PackedSessions[] = [];
  /** Settles the outcome. */
  decide: (problem: string | null) => void = () => undefined;
  #stage: "starting" | "started" | "prepared" | "dead" = "starting";
  /** How long it has been loading, in turns of the front, ms. */
  #loading = 0;

  constructor(
    incarnation: Incarnation,
    front: IncarnationPorts,
    { listener, departure }: { readonly listener: IncomingListener; readonly departure: Departure | null },
  ) {
    this.incarnation = incarnation;
    this.#front = front;
    this.#listener = listener;
    this.outcome = new Promise((resolve) => (this.decide = resolve));
    this.sync = new SessionSync(incarnation, front, departure);
  }

  /** Whether `onStart` of its scripts has run, so that `onStop` has to. */
  get hasStarted(): boolean {
    return this.#stage === "started" || this.#stage === "prepared";
  }

  onReady(): void {
    this.#stage = "started";
    this.sync.start();
  }

  onFailing(failing: FailingScripts): void {
    if (failing.problem !== null) this.#listener.onFailing(failing.problem, failing.scripts);
  }

  onPrepared(problem: string | null): void {
    if (problem !== null) this.#listener.onRefused(problem);
    else if (!this.sync.repeat()) {
      this.#stage = "prepared";
      this.#listener.onPrepared();
    }
  }

  /** It is never ahead of the front, so what it commands before it serves is bounded here. */
  onCommit(commit: Commit): void {
    this.#early.push(commit);
    this.#earlyPlaces += commit.commands.length;
    const isTooMuch = this.#earlyPlaces > MOST_EARLY || commit.parts !== undefined;
    if (isTooMuch) this.#listener.onRefused("it sends too much before it serves");
  }

  onFollow(): ReturnType<HostRole["onFollow"]> {
    return this.#front.feed.follow(this.incarnation.number);
  }

  onExit({ reason }: HostExit): void {
    this.#stage = "dead";
    this.#listener.onIncomingDied(reason);
  }

  /** The previous host hands over a part of its sessions' state: this one takes it while more is to come. */
  receiveState(packed: PackedSessions): void {
    if (packed.attributes !== null) this.#states.push(packed);
    this.incarnation.host?.receiveState?.(packed);
  }

  /** The event by which it takes over. */
  takeoverEvent(state: HandoverState, reason: ReloadReason): TakeoverEvent {
    // Changed sessions are sent from the front's copy: it must be up to date.
    if (this.sync.hasChanges) this.#refresh();
    const draining = new Set(state.draining);
    const { sessions, ended } = this.sync.takeLast(draining);
    return { kind: "takeover", sessions: markDraining(sessions, draining), ended, state, reason };
  }

  /** It has taken over: the front notes, once, the state that it received, and applies what it commanded before. */
  settle(): void {
    const { output } = this.#front;
    this.#refresh();
    const early = this.#early.splice(0);
    try {
      for (const commit of early) output.apply(commit);
    } catch (error) {
      this.incarnation.host?.refuse?.(messageOf(error));
    }
    if (early.length > 0) output.flush(false);
  }

  /** A turn of the front. Returns whether it has been loading for longer than it may. */
  isStuck(ms: number): boolean {
    const { host, spec } = this.incarnation;
    const limit = (spec.bounds ?? defaultBounds).hangLimit;
    // Until its code runs, it waits for the machine and not for its script.
    if (host === null || (host.progress?.() ?? 0) < 0) return false;
    this.#loading += ms;
    return (
      this.#stage !== "prepared" &&
      limit > 0 &&
      this.#loading >= Math.max(limit, LOADING_LIMIT) + (hasLifeHooks(spec) ? SLACK : 0)
    );
  }

  /** It has taken over, or never will: the sync ends, and it follows the directory under its number no longer. */
  detach(): void {
    this.#front.feed.forget(this.incarnation.number);
    this.sync.stop();
  }

  #refresh(): void {
    const { sessions } = this.#front;
    for (const { attributes } of this.#states.splice(0)) sessions.refresh(attributes);
  }
}

/** A script whose `onStart` takes too long has failed before: its host names it. */
const SLACK = 1000;

/** Places in the lists of the commands that a version may give before it serves. */
const MOST_EARLY = 65_536;

export interface IncomingListener {
  /** It is ready to take over. */
  onPrepared(): void;
  /** `onStart` of these scripts has failed. */
  onFailing(problem: string, scripts: readonly string[]): void;
  /** It cannot take over, for this reason. */
  onRefused(problem: string): void;
  onIncomingDied(reason: string): void;
}
