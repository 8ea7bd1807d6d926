import { REFUSALS } from "../../boundary/refusals.ts";
import { CommandLog } from "../../boundary/commands.ts";
import type { Program } from "../api/dialect.ts";
import type { SessionSnapshot, TakeoverEvent, Handshake, ScriptEvent } from "../../boundary/events.ts";
import type { HandoverState, PackedSessions } from "../../boundary/handover.ts";
import { BETWEEN_SLICES, HostSession } from "../api/host-session.ts";
import { Replica } from "../api/replica.ts";
import { SessionTakeover } from "../handover/session-takeover.ts";
import type { FaultOrigin } from "./fault-origin.ts";
import { givenUp, handlerOf, EventHandlers, isPromiseLike } from "./handlers.ts";
import { AckTracker } from "./ack-tracker.ts";
import { PendingHandlers, type Parked } from "./pending.ts";
import type { RuntimePorts } from "./runtime-ports.ts";
import type { Batch, Commit } from "../../boundary/batch.ts";
import type { RuntimeLimits } from "../../boundary/host-spec.ts";

/**
 * The script side of the boundary: takes batches of events, runs the handlers, one event of a session at a time,
 * and commits what they commanded when they and their microtasks have run. It knows no thread and no socket.
 */
export class Runtime {
  readonly commands: CommandLog;
  readonly replica: Replica;
  readonly #handlers: EventHandlers;
  readonly #ports: RuntimePorts;
  readonly #limits: RuntimeLimits;
  readonly #pendings: PendingHandlers;
  #batch: Batch = { first: 1, events: [], changes: [] };
  #at = 0;
  #isInBatch = false;
  #isCommitPlanned = false;
  #isUrgent = false;
  #isEnded = false;
  readonly #ledger = new AckTracker();
  readonly #adopter: SessionTakeover;
  /** Told of every fault; set by the owner, who knows the scripts' names and maps. */
  onFault: (error: unknown, origin: FaultOrigin) => void = () => undefined;
  /** Told how many sessions a script serves when one has come or gone. */
  onPopulation: (script: string, sessions: number) => void = () => undefined;
  /** Told that it takes over, and what the version before has left of itself. */
  onTakeOver: (legacy: HandoverState | null) => void = () => undefined;
  /** Set when another host has taken the place: told of each session whose handler has settled. */
  #onReleased: ((session: HostSession) => void) | null = null;
  #leaving: HostSession[] = [];

  constructor(ports: RuntimePorts, limits: RuntimeLimits) {
    this.#ports = ports;
    this.#limits = limits;
    this.commands = new CommandLog(() => this.#planCommit());
    this.replica = new Replica(this.commands, () => ports.follow());
    this.#pendings = new PendingHandlers(ports.clock, limits.handlerTimeout);
    this.#handlers = new EventHandlers({
      adopt: (event) => this.#adoptAll(event),
      fault: (error, origin) => this.fault(error, origin),
    });
    const { replica } = this;
    this.#adopter = new SessionTakeover(
      {
        clock: ports.clock,
        loop: ports.loop,
        add: (session) => this.#add(session),
        own: (ref) => replica.own(ref),
        remove: (session) => this.#remove(session),
        rejoin: (session, rooms) => replica.rejoin(session, rooms),
        tell: (session) => this.#tellAdopted(session),
        told: (session, isGivenUp) => this.#toldAtLast(session, isGivenUp),
        pendings: this.#pendings,
      },
      limits.slice,
    );
  }

  /** The number of the event in hand; 0 outside of events. */
  get currentEvent(): number {
    return this.#ports.progress.currentPhase === "event" ? this.#ports.progress.currentEvent : 0;
  }

  /** How many sessions of a script this host serves. */
  population(script: string): number {
    return this.replica.population(script);
  }

  install(script: string, program: Program): void {
    this.#handlers.install(script, program);
  }

  deliver(batch: Batch): void {
    this.replica.apply(batch.changes);
    if (batch.events.length === 0) return;
    this.#batch = batch;
    this.#at = 0;
    this.#ports.progress.batch(batch.first);
    this.#run();
  }

  /** Runs a timer's callback, or whatever else a script has planned, as its own. */
  enter(origin: FaultOrigin, callback: () => unknown): void {
    this.#ports.progress.phase("timer");
    try {
      callback();
    } catch (error) {
      this.fault(error, origin);
    }
    // Its microtasks are the timer's too: no event of a batch is to blame for them.
    if (!this.#isCommitPlanned) this.#ports.loop.afterMicrotasks(this.#rest);
  }

  /** A program begins: what it does before its first event is told and committed like a timer's doing. */
  begin(origin: FaultOrigin, start: () => unknown): void {
    this.#ports.progress.phase("loading");
    void this.#handlers.guard(origin, start);
    this.#ports.progress.phase("microtasks");
    this.#planCommit();
  }

  /** A tick of a real-time route: its commands are committed at once. Answers the handler's promise, if any. */
  tick(program: Program, deltaMs: number, index: number): PromiseLike<unknown> | null {
    this.#ports.progress.phase("tick");
    this.#isUrgent = true;
    const origin: FaultOrigin = { program, session: null, what: "onTick", kind: "handler" };
    const result = this.#handlers.guard(origin, () => program.tick?.(deltaMs, index));
    this.#planCommit();
    return result && this.#pendings.bounded(result, () => this.#giveUp("onTick", null, program));
  }

  /** Logs a fault and tells the script, whose `onError` may fail in its turn but not for ever. */
  fault(error: unknown, origin: FaultOrigin): void {
    this.onFault(error, origin);
    if (origin.program === null) return;
    const again: FaultOrigin = { ...origin, program: null, what: "onError" };
    void this.#handlers.guard(again, () => origin.program?.error?.(origin.session, error));
  }

  /** Sessions that this host will take over. */
  prepare(adoptions: readonly SessionSnapshot[]): void {
    this.#adopter.prepare(adoptions);
  }

  /** What the version before has left of them. */
  receiveState(left: PackedSessions): void {
    this.#adopter.receiveState(left);
  }

  /** Hands a script what its version before has left of itself. */
  restore(program: Program, saved: unknown): void {
    const origin: FaultOrigin = { program, session: null, what: "restoreState", kind: "handler" };
    void this.#handlers.guard(origin, () => program.restore?.(saved));
  }

  /**
   * Another host has the place: nothing more is begun. What waits for a promise goes on, and its session is told of when
   * it has settled; all others are let go. With nothing left to do it is about to be ended, and the machine has more
   * urgent things to do than to tidy up here; but what its sessions catch up with is the next version's now.
   */
  drain(onReleased: (session: HostSession) => void): void {
    const isDone = this.#pendings.size === 0;
    this.#onReleased = onReleased;
    this.#adopter.end();
    for (const session of [...this.replica.allOwn()]) {
      session.waiting = null;
      if (!isDone && !session.isPending)
        this.#handlers.program(session.handshake.script)?.endSession?.(session);
    }
    if (!isDone) this.#handlers.retire();
  }

  end(): void {
    this.#isEnded = true;
    this.#pendings.end();
    this.#handlers.dispose();
  }

  readonly #run = (): void => {
    if (this.#isEnded) return;
    const { events, first } = this.#batch;
    const stopAt = this.#ports.clock.ticks() + this.#limits.slice;
    this.#isInBatch = true;
    while (this.#at < events.length) {
      this.#begin(events[this.#at] as ScriptEvent, first + this.#at);
      this.#at += 1;
      if (this.#at < events.length && this.#ports.clock.ticks() > stopAt) {
        this.#ports.loop.atTurnEnd(this.#run);
        break;
      }
    }
    this.#isInBatch = false;
    this.#ports.progress.phase("microtasks");
    this.#ledger.began(first + this.#at - 1);
    this.#planCommit();
  };

  #begin(event: ScriptEvent, number: number): void {
    if (!("session" in event)) return this.#handle(event, number, null);
    const session = this.replica.own(event.session);
    if (session === undefined) {
      if ("handshake" in event) this.#handle(event, number, this.#arrive(event.session, event.handshake));
      return;
    }
    if (session.busy !== 0) this.#wait(session, event, number);
    else this.#handle(event, number, session);
  }

  #wait(session: HostSession, event: ScriptEvent, number: number): void {
    (session.waiting ??= []).push({ number, event });
    this.#ledger.wait(number);
  }

  #arrive(ref: number, handshake: Handshake): HostSession {
    return this.#add(new HostSession(ref, handshake, "connecting"));
  }

  #add(session: HostSession): HostSession {
    this.replica.add(session);
    this.#tellPopulation(session);
    return session;
  }

  #handle(event: ScriptEvent, number: number, session: HostSession | null): void {
    this.#ports.progress.event(number);
    const program = this.#handlers.programFor(event, session);
    // Neither a closure nor an object for an event that goes well: this is the road of every message.
    let promise: PromiseLike<unknown> | null = null;
    try {
      const result = this.#handlers.call(event, session, program);
      if (isPromiseLike(result)) promise = this.#handlers.caught(result, handlerOf(event, session, program));
    } catch (error) {
      this.fault(error, handlerOf(event, session, program));
    }
    if (promise === null) this.#finish(event, session);
    else this.#park({ event, number, session, result: promise });
  }

  #adoptAll(event: TakeoverEvent): void {
    const prepared = this.#adopter.takePrepared();
    if (prepared !== null) this.replica.takeOver(prepared);
    this.onTakeOver(event.state ?? null);
    this.#adopter.takeOver(event);
  }

  #tellAdopted(session: HostSession): void {
    const origin: FaultOrigin = { program: null, session, what: "onReload", kind: "handler" };
    this.enter(origin, () => this.#adopter.wait(session, this.#handlers.tellAdopted(session)));
  }

  #toldAtLast(session: HostSession, isGivenUp: boolean): void {
    if (isGivenUp) this.#giveUp("onReload", session);
    if (this.#onReleased === null) return this.#resume(session);
    this.#leaving.push(session);
    this.#planCommit();
  }

  #park(handler: Parked & { readonly result: PromiseLike<unknown> }): void {
    const { event, number, session, result } = handler;
    if (session !== null) session.busy = number;
    this.#ledger.park(number);
    this.#ports.progress.promised(number);
    const finish = (givenUp: boolean): void => this.#settle(handler, givenUp);
    // Somebody waits for a module that is run by its name, and ends it when they like.
    this.#pendings.add(number, finish, event.kind === "run" && event.module !== undefined);
    void result.then(() => {
      if (this.#pendings.settle(number)) this.#settle({ event, number, session }, false);
    });
  }

  #settle(handler: Parked, isGivenUp: boolean): void {
    const { event, number, session } = handler;
    if (isGivenUp) this.#giveUp(handlerOf(event, session, null).what, session);
    this.#ledger.done(number);
    if (session !== null) session.busy = 0;
    this.#finish(event, session);
    if (session !== null && this.#onReleased !== null) this.#leaving.push(session);
    else if (session !== null) this.#goOn(session);
    this.#ports.progress.phase("timer");
    this.#planCommit();
  }

  #giveUp(what: string, session: HostSession | null, program: Program | null = null): void {
    const error = givenUp(this.#limits.handlerTimeout / 1000);
    this.onFault(error, { program, session, what, kind: "interrupted" });
  }

  // The session's events that waited behind the promise, until one of them returns a promise in its turn.
  #goOn(session: HostSession): void {
    const stopAt = this.#ports.clock.ticks() + this.#limits.slice;
    while (session.busy === 0) {
      const next = session.waiting?.shift();
      if (next === undefined) return;
      this.#handle(next.event, next.number, session);
      if (session.busy !== 0) return;
      this.#ledger.done(next.number);
      if (this.#ports.clock.ticks() > stopAt) this.#goOnLater(session);
    }
  }

  // Busy with nothing, so that what comes meanwhile waits behind what waits already.
  #goOnLater(session: HostSession): void {
    session.busy = BETWEEN_SLICES;
    this.#ports.loop.atTurnEnd(() => this.#resume(session));
  }

  #resume(session: HostSession): void {
    if (this.#isEnded) return;
    session.busy = 0;
    this.#goOn(session);
    this.#ports.progress.phase("microtasks");
    this.#planCommit();
  }

  #finish(event: ScriptEvent, session: HostSession | null): void {
    if (session === null) return;
    if (event.kind === "close") this.#release(session);
    else if (event.kind === "upgrade") this.#decided(session);
  }

  // Whatever went wrong in the script, the client that waits for its 101 gets an answer.
  #decided(session: HostSession): void {
    if (session.state === "connecting" && !session.isAccepted)
      this.replica.refuse(session, REFUSALS.UPGRADE_INTERRUPTED.status, REFUSALS.UPGRADE_INTERRUPTED.text);
    if (session.state === "closed") this.#release(session);
  }

  #release(session: HostSession): void {
    this.#handlers.program(session.handshake.script)?.endSession?.(session);
    this.#remove(session);
  }

  #remove(session: HostSession): void {
    this.replica.remove(session);
    this.#tellPopulation(session);
  }

  #tellPopulation({ handshake: { script } }: HostSession): void {
    this.onPopulation(script, this.replica.population(script));
  }

  // A host that does nothing must say so, or it would be taken for one that hangs.
  readonly #rest = (): void => {
    if (!this.#isCommitPlanned && !this.#isInBatch) this.#ports.progress.phase("idle");
  };

  #planCommit(): void {
    if (this.#isCommitPlanned || this.#isInBatch) return;
    this.#isCommitPlanned = true;
    this.#ports.loop.afterMicrotasks(this.#commit);
  }

  readonly #commit = (): void => {
    this.#isCommitPlanned = false;
    const commit: Commit = {
      ...this.#ledger.take(),
      commands: this.commands.take(),
      discarded: this.#handlers.discarded,
      urgent: this.#isUrgent,
    };
    this.#isUrgent = false;
    this.#handlers.discarded = 0;
    this.#ports.commit(commit);
    // Not before: a commit that cannot leave is the doing of what is in it.
    this.#ports.progress.phase("idle");
    if (this.#leaving.length > 0) this.#letGo();
  };

  #letGo(): void {
    for (const session of this.#leaving.splice(0)) {
      this.#onReleased?.(session);
      this.#handlers.program(session.handshake.script)?.endSession?.(session);
    }
  }
}
