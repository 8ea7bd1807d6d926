// Front: a host that has been replaced and still has pending handlers.
import type { Commit } from "../../boundary/batch.ts";
import type { Timer } from "../../boundary/clock.ts";
import type { Snapshot } from "../../boundary/directory-record.ts";
import type { ReloadReason, ScriptEvent } from "../../boundary/events.ts";
import type { SessionHandover } from "../../boundary/handover.ts";
import type { Host, HostExit } from "../../boundary/host.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { Dispatcher } from "../dispatch/dispatcher.ts";
import type { DrainingEvents } from "../dispatch/draining-events.ts";
import type { IncarnationPorts } from "../incarnation/incarnation-ports.ts";
import { endHanging } from "../incarnation/hang-exit.ts";
import { hasWork, JOB_LIMIT } from "../incarnation/hang-watch.ts";
import type { HostRole } from "../incarnation/host-message-router.ts";
import { rejoinEvent } from "./takeover-events.ts";
import type { Departure } from "./departure.ts";

/**
 * The commands of its handlers still have their effect. Each of their sessions goes to the host that serves when its
 * handler has settled. The draining host ends when all have, or when its grace is over.
 */
export class DrainingHost implements HostRole {
  readonly host: Host;
  /** Resolves when it has ended, or has only runs of jobs left: nothing waits for those. */
  readonly released: Promise<void>;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly #parts: DrainingParts;
  readonly #grace: Timer;
  /** The runs that are left, when nothing else is; null before. */
  #runs: DrainingEvents | null = null;
  #onReleased: () => void = () => undefined;
  #onEnded: () => void = () => undefined;
  #isOver = false;

  constructor(host: Host, parts: DrainingParts) {
    this.host = host;
    this.#parts = parts;
    host.expect?.(false);
    this.released = new Promise((resolve) => (this.#onReleased = resolve));
    this.ended = new Promise((resolve) => (this.#onEnded = resolve));
    this.#grace = parts.front.time.clock.after(GRACE, this.#graceOver);
    const replies = parts.dispatcher.takeHeldReplies();
    if (replies.length > 0) host.deliver({ first: 1, events: replies, changes: [] });
  }

  /** Whether a session goes to another host than the one that serves in its place. */
  takesAway(session: SessionRef): boolean {
    return this.#parts.departure?.isLeaving(session) === true;
  }

  /** A client has left whose request this host may be handling. It ignores requests that it does not know. */
  abort(event: ScriptEvent): void {
    if (!this.#isOver) this.host.deliver({ first: 1, events: [event], changes: [] });
  }

  /** A client replies to a request of a script. Returns whether a handler here may wait for it. */
  takesReply(event: ScriptEvent & { kind: "call" | "reply" }): boolean {
    if (this.#isOver || !this.#parts.dispatcher.isHeld(event.session)) return false;
    this.host.deliver({ first: 1, events: [event], changes: [] });
    return true;
  }

  onCommit(commit: Commit): void {
    if (this.#isOver) return;
    const { output } = this.#parts.front;
    output.apply(commit);
    this.#parts.dispatcher.settleDraining(commit, this.#runs ?? undefined);
    output.flush(false);
    this.endIfDone();
  }

  onSessionReleased(left: SessionHandover): void {
    if (this.#isOver) return;
    this.#release(left.session, left);
    this.endIfDone();
  }

  /** A snapshot without changes after it: it reads for a few seconds only. */
  onFollow(): Snapshot {
    const { feed } = this.#parts.front;
    const snapshot = feed.follow(this.host.incarnation);
    feed.forget(this.host.incarnation);
    return snapshot;
  }

  onExit(exit: HostExit): void {
    this.#die(exit, "crash");
  }

  /** A loop in this host would hold up the sessions that wait for it, and the next reload. A job may take longer. */
  onStands(ms: number): void {
    if (this.#runs !== null && ms < JOB_LIMIT) return;
    if (hasWork(this.host)) endHanging(this.host, ms, (exit) => this.#die(exit, "hang"));
  }

  /** Ends it now. Its pending handlers are lost, and their sessions go to the host that serves. Returns how many were. */
  end(reason: ReloadReason = "reload", isDead = false): number {
    if (this.#isOver) return 0;
    this.#isOver = true;
    this.#grace.cancel();
    const { dispatcher, front } = this.#parts;
    const interrupted = dispatcher.abandonDraining(this.#runs ?? undefined);
    if (this.#runs === null)
      for (const session of dispatcher.heldSessions) this.#release(session, null, reason);
    front.output.flush(false);
    this.#onReleased();
    void (isDead ? this.host.stop() : this.#parts.finish(this.host)).then(this.#onEnded);
    return interrupted;
  }

  /**
   * The session of a settled handler comes with the host's next message: until then this host is not done. A run of a
   * job ends in its own version, however long it takes: `handlerTimeout` bounds it.
   */
  endIfDone(): void {
    if (this.#runs === null && !this.#parts.dispatcher.isDraining) return void this.end();
    if (this.#runs?.isEmpty === true) return void this.end();
    this.#runs ??= this.#parts.dispatcher.takeDrainingRuns();
    if (this.#runs === null) return;
    this.#grace.cancel();
    this.#onReleased();
  }

  // Runs of jobs have no grace: what else is pending is lost.
  readonly #graceOver = (): void => {
    const { dispatcher } = this.#parts;
    if (dispatcher.abandonDraining(undefined, ({ kind }) => kind !== "run") > 0) this.endIfDone();
    if (this.#runs === null) this.end();
  };

  #die(exit: HostExit, reason: "crash" | "hang"): void {
    if (this.#isOver) return;
    const interrupted = this.end(reason, true);
    this.#parts.listener.onDrainingDied(exit, { reason, interrupted });
  }

  #release(session: SessionRef, left: SessionHandover | null, reason: ReloadReason = "reload"): void {
    const { front, dispatcher } = this.#parts;
    front.sessions.refresh(left?.packed.attributes ?? null);
    const { departure } = this.#parts;
    if (departure?.isLeaving(session) === true)
      departure.follow(session, left, { reason, events: dispatcher.releaseElsewhere(session) });
    else dispatcher.release(session, rejoinEvent(front.sessions.snapshotsOf([session]), left, reason));
  }
}

export interface DrainingParts {
  /** Takes its sessions to other hosts, if their scripts run there from now on. */
  readonly departure: Departure | null;
  readonly front: IncarnationPorts;
  readonly dispatcher: Dispatcher;
  readonly listener: DrainingListener;
  /** Runs `onStop` of its scripts and stops it. */
  finish(host: Host): Promise<void>;
}

export interface DrainingListener {
  /** A draining host has crashed, or hung and been stopped. */
  onDrainingDied(exit: HostExit, end: DrainingEnd): void;
}

export interface DrainingEnd {
  readonly reason: "crash" | "hang";
  /** How many pending handlers were lost. */
  readonly interrupted: number;
}

/** A handler of the previous version may wait this long for its promise, ms. */
const GRACE = 5000;
