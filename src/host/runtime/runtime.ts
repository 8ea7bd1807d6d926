// Host: the script side of the boundary: takes batches of events, runs the programs' handlers, returns commits.
import type { Batch } from "../../boundary/batch.ts";
import type { CommandLog } from "./command-log.ts";
import { INTERNAL_ERROR } from "../../boundary/errors/close-codes.ts";
import type { ScriptEvent, TakeoverEvent } from "../../boundary/events.ts";
import type { RuntimeLimits } from "../../boundary/host-spec.ts";
import type { Program } from "../api/dialect.ts";
import { NOTIFYING, type HostSession } from "../api/host-session.ts";
import { Replica } from "../api/replica.ts";
import { Draining } from "../handover/draining.ts";
import { SessionTakeover } from "../handover/session-takeover.ts";
import { BatchRunner } from "./batch-runner.ts";
import { CommitPlanner } from "./commit-planner.ts";
import { EventHandlers } from "./event-handlers.ts";
import { FaultReporter, type FaultOrigin } from "./fault-reporter.ts";
import { PendingHandlers } from "./pending-handlers.ts";
import type { RuntimePorts } from "./runtime-ports.ts";
import { ServedSessions } from "./served-sessions.ts";
import { SessionScheduler } from "./session-scheduler.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** It knows no thread and no socket. Every entrance marks the host's phase, so that a crash there is attributed. */
export class Runtime {
  readonly replica: Replica;
  /** Prepares sessions for this host and receives their states. */
  readonly takeover: SessionTakeover;
  readonly #ports: RuntimePorts;
  readonly #listener: RuntimeListener;
  readonly faults: FaultReporter;
  readonly handlers: EventHandlers;
  readonly #commits: CommitPlanner;
  readonly #pendings: PendingHandlers;
  readonly #scheduler: SessionScheduler;
  readonly #batches: BatchRunner;
  readonly #draining: Draining;

  constructor(ports: RuntimePorts, limits: RuntimeLimits, listener: RuntimeListener) {
    const { slice, handlerTimeout, turnLimit } = limits;
    this.#ports = ports;
    this.#listener = listener;
    const faults = (this.faults = new FaultReporter(listener.onFault, handlerTimeout));
    const commits = (this.#commits = new CommitPlanner(
      ports,
      () => this.#draining.releaseSettled(),
      turnLimit,
    ));
    const handlers = (this.handlers = new EventHandlers({
      faults,
      commits,
      takeOver: this.#takeOver,
      refuse: this.#refuse,
    }));
    this.replica = new Replica(commits.commands, ports.follow, limits, commits.refuse);
    const sessions = new ServedSessions(this.replica, handlers, listener.onPopulation);
    const draining = (this.#draining = new Draining(handlers));
    const pendings = (this.#pendings = new PendingHandlers(ports.clock, handlerTimeout));
    const notify = this.#notifyFirst;
    const parts = { faults, handlers, commits, pendings, sessions, draining, notify };
    this.#scheduler = new SessionScheduler(ports, slice, parts);
    this.#batches = new BatchRunner(ports, slice, { scheduler: this.#scheduler, commits });
    this.takeover = new SessionTakeover(ports, slice, { sessions, notify: this.#notify });
  }

  get commands(): CommandLog {
    return this.#commits.commands;
  }

  install(script: ScriptKey, program: Program): void {
    this.handlers.install(script, program);
  }

  deliver(batch: Batch): void {
    this.replica.apply(batch.changes);
    if (batch.events.length > 0) this.#batches.run(batch);
  }

  /** Runs a timer's callback, or any other code that a script has planned. */
  enter(origin: FaultOrigin, callback: () => unknown): void {
    this.#ports.progress.phase("timer");
    try {
      callback();
    } catch (error) {
      this.fault(error, origin);
    }
    // Its microtasks belong to the timer, too: they must not be attributed to an event of a batch.
    this.#commits.restAfterMicrotasks();
  }

  /** Starts a program: its commands before the first event are committed like those of a timer. */
  start(origin: FaultOrigin, start: () => unknown): void {
    this.#ports.progress.phase("loading");
    void this.faults.guard(origin, start);
    this.#ports.progress.phase("microtasks");
    this.#commits.plan();
  }

  /** Calls what runs once, at the start of the host or before its end. A throw passes through. */
  hook(call: () => unknown): unknown {
    this.#ports.progress.phase("loading");
    try {
      return call();
    } finally {
      this.#ports.progress.phase("microtasks");
      this.#commits.plan();
    }
  }

  /** Whether a handler waits for a promise. */
  get isPending(): boolean {
    return this.#pendings.size > 0;
  }

  /** What waits for a promise shows that the loop turns: the host does not hang. */
  isAlive(): void {
    const { progress } = this.#ports;
    progress.phase(progress.currentPhase);
  }

  /** A tick of a real-time route: its commands are committed at once. Returns the handler's promise, if any. */
  tick(program: Program, deltaMs: number, index: number): PromiseLike<unknown> | null {
    this.#ports.progress.phase("tick");
    this.#commits.makeUrgent();
    const origin: FaultOrigin = { program, session: null, what: "onTick", kind: "handler" };
    const result = this.faults.guard(origin, () => program.tick?.(deltaMs, index));
    this.#commits.plan();
    return result && this.#pendings.bounded(result, () => this.faults.timedOut("onTick", null, program));
  }

  /** Evaluates a script, perhaps for an event: what goes wrong there is not the fault of the event. */
  evaluate<T>(evaluation: () => T): T {
    return this.#ports.progress.within("loading", evaluation);
  }

  /** Logs a fault and calls the script's error handler. */
  fault(error: unknown, origin: FaultOrigin): void {
    this.faults.report(error, origin);
  }

  /** Hands a script the state that its previous version saved. */
  restore(program: Program, readSaved: () => unknown): void {
    const origin: FaultOrigin = { program, session: null, what: "restoreState", kind: "handler" };
    void this.faults.guard(origin, () => program.restore?.(readSaved()));
  }

  /**
   * Another host has taken over, so start nothing new. Each pending session is reported when its promise has settled.
   * Sessions whose script was not notified of the last takeover are the next version's to notify.
   */
  drain(onReleased: (session: HostSession) => void): void {
    this.takeover.end();
    this.#draining.start(this.replica.allOwn(), { isIdle: this.#pendings.size === 0, onReleased });
  }

  end(): void {
    this.#batches.end();
    this.#scheduler.end();
    this.#pendings.end();
    this.handlers.dispose();
  }

  readonly #takeOver = (event: TakeoverEvent): void => {
    const prepared = this.takeover.takePrepared();
    if (prepared !== null) this.replica.takeOver(prepared);
    this.#listener.onTakeOver(event);
    this.takeover.takeOver(event);
  };

  readonly #refuse = (event: ScriptEvent | null, session: HostSession | null): void => {
    if (session !== null) this.replica.close(session, INTERNAL_ERROR, "no script serves this session");
    if (event?.kind === "request") this.commands.fail(event.head.request);
  };

  readonly #notify = (session: HostSession): void => {
    this.#notifyFirst(session);
    this.#commits.restAfterMicrotasks();
  };

  // Before the session's first event: that event is not begun, so nothing that happens here is its fault.
  readonly #notifyFirst = (session: HostSession): void => {
    this.#ports.progress.phase("notice");
    this.#commits.notified();
    this.#waitForNotice(session, this.handlers.notify(session));
  };

  // No event is pending, and yet the session's first event waits until its script has handled the notice.
  #waitForNotice(session: HostSession, notice: PromiseLike<unknown> | null): void {
    if (notice === null) return;
    session.busy = NOTIFYING;
    const settled = this.#pendings.bounded(notice, () => this.faults.timedOut("onReload", session));
    void settled.then(() => this.#noticeSettled(session));
  }

  #noticeSettled(session: HostSession): void {
    if (!this.#draining.isActive) return this.#scheduler.resume(session);
    this.#draining.settled(session);
    this.#commits.plan();
  }
}

/** What the owner of a runtime is notified of. */
export interface RuntimeListener {
  /** The owner knows the scripts' names and source maps. */
  readonly onFault: (error: unknown, origin: FaultOrigin) => void;
  /** The number of a script's sessions on this host has changed. */
  readonly onPopulation: (script: ScriptKey, sessions: number) => void;
  /** This host takes over, with what the previous version handed over, if there is one. */
  readonly onTakeOver: (event: TakeoverEvent) => void;
}
