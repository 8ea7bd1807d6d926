// Host: runs one event of a session at a time; later ones wait until the promise of the pending one has settled.
import type { ScriptEvent } from "../../boundary/events.ts";
import { BETWEEN_SLICES, type HostSession } from "../api/host-session.ts";
import type { Draining } from "../handover/draining.ts";
import type { CommitPlanner } from "./commit-planner.ts";
import { handlerName, originOf, type EventHandlers } from "./event-handlers.ts";
import { isPending, type FaultReporter } from "./fault-reporter.ts";
import type { PendingHandlers } from "./pending-handlers.ts";
import type { RuntimePorts } from "./runtime-ports.ts";
import type { ServedSessions } from "./served-sessions.ts";

/** Decides for each event whether it runs now or waits, and continues the waiting ones. */
export class SessionScheduler {
  readonly #ports: Pick<RuntimePorts, "clock" | "loop" | "progress">;
  readonly #slice: number;
  readonly #parts: SchedulerParts;
  #isEnded = false;

  constructor(
    ports: Pick<RuntimePorts, "clock" | "loop" | "progress">,
    slice: number,
    parts: SchedulerParts,
  ) {
    this.#ports = ports;
    this.#slice = slice;
    this.#parts = parts;
  }

  start(event: ScriptEvent, number: number): void {
    if (!("session" in event)) return this.#handle(event, number, null);
    const { sessions } = this.#parts;
    const session = sessions.get(event.session);
    if (session === undefined) {
      if ("handshake" in event) this.#handle(event, number, sessions.arrive(event.session, event.handshake));
      return;
    }
    this.#notify(session);
    if (event.kind === "reply") return this.#reply(event, number, session);
    if (event.kind === "unsent") return this.#noteUnsent(event, number, session);
    if (event.kind === "move") return this.#move(event, number, session);
    if (session.busy === 0) return this.#handle(event, number, session);
    this.#wait(session, event, number);
    if (event.kind === "close") this.#ending(event, number, session);
  }

  /** Notifies the script that it took over the session of this event, unless it knows. Returns whether it did. */
  notifyFor(event: ScriptEvent): boolean {
    const session = "session" in event ? this.#parts.sessions.get(event.session) : undefined;
    return session !== undefined && this.#notify(session);
  }

  /** Runs the events that wait for the session, unless the host has ended. */
  resume(session: HostSession): void {
    if (this.#isEnded) return;
    session.busy = 0;
    this.#continue(session);
    this.#ports.progress.phase("microtasks");
    this.#parts.commits.plan();
  }

  end(): void {
    this.#isEnded = true;
  }

  #notify(session: HostSession): boolean {
    if (session.takeoverReason === null || !session.isOpened || session.busy !== 0) return false;
    this.#parts.notify(session);
    return true;
  }

  // A pending handler may wait for it, so it does not wait for the handler.
  #noteUnsent(event: ScriptEvent & { kind: "unsent" }, number: number, session: HostSession): void {
    const { handlers, faults, commits, sessions } = this.#parts;
    sessions.noteUnsent(session, event.bytes);
    if (event.bytes > 0 || !session.isOpen) return;
    this.#ports.progress.event(number);
    commits.commands.startEvent();
    const program = handlers.programFor(event, session);
    void faults.guard(originOf(event, session, program), () => program?.drained?.(session));
  }

  // The handler that has asked for it is pending.
  #reply(event: ScriptEvent & { kind: "call" | "reply" }, number: number, session: HostSession): void {
    const { handlers, faults, commits } = this.#parts;
    if (!session.isOpen) return;
    this.#ports.progress.event(number);
    commits.commands.startEvent();
    const program = handlers.programFor(event, session);
    void faults.guard(originOf(event, session, program), () => program?.reply?.(session, event.text));
  }

  // The pending handler may wait for a reply, which no longer comes.
  #ending(event: ScriptEvent & { kind: "close" }, number: number, session: HostSession): void {
    const { handlers, faults, commits } = this.#parts;
    this.#ports.progress.event(number);
    commits.commands.startEvent();
    const program = handlers.programFor(event, session);
    void faults.guard(originOf(event, session, program), () => program?.ending?.(session));
  }

  // What it may join is bounded here as for its own script, which learns of a refusal by the fault.
  #move(event: ScriptEvent & { kind: "move" }, number: number, session: HostSession): void {
    const { handlers, faults, commits, sessions } = this.#parts;
    this.#ports.progress.event(number);
    commits.commands.startEvent();
    const origin = originOf(event, session, handlers.programFor(event, session));
    void faults.guard(origin, () => sessions.move(session, event.what, event.room));
  }

  #wait(session: HostSession, event: ScriptEvent, number: number): void {
    (session.waiting ??= []).push({ number, event });
    this.#parts.commits.acks.wait(number);
  }

  #handle(event: ScriptEvent, number: number, session: HostSession | null): void {
    const { handlers, faults, commits } = this.#parts;
    this.#ports.progress.event(number);
    commits.handling = number;
    commits.commands.startEvent();
    const program = handlers.programFor(event, session);
    // No closure and no object for an event that goes well: this is the path of every message.
    let promise: PromiseLike<unknown> | null = null;
    try {
      const result = handlers.call(event, session, program);
      if (isPending(result)) promise = faults.caught(result, originOf(event, session, program));
    } catch (error) {
      faults.report(error, originOf(event, session, program));
    }
    if (promise !== null) this.#pend({ event, number, session }, promise);
    else if (session !== null) this.#parts.sessions.eventDone(event, session);
  }

  #pend(pending: PendingEvent, promise: PromiseLike<unknown>): void {
    const { event, number, session } = pending;
    const { pendings, commits } = this.#parts;
    if (session !== null) session.busy = number;
    commits.acks.pend(number);
    this.#ports.progress.promised(number);
    // The caller of a module that is run by its name waits for it, and ends it at any time.
    const isUnlimited = event.kind === "run" && event.module !== undefined;
    pendings.add(number, () => this.#timedOut(pending), isUnlimited);
    void promise.then(() => {
      if (pendings.settle(number)) this.#settle(pending);
    });
  }

  #timedOut(pending: PendingEvent): void {
    const { pendings, commits } = this.#parts;
    const { event, number } = pending;
    // A response in parts has started in time; it takes as long as its client stays.
    const isStreaming = event.kind === "request" && commits.commands.streaming.has(event.head.request);
    if (isStreaming) return pendings.add(number, () => this.#timedOut(pending));
    this.#parts.faults.timedOut(handlerName(pending.event), pending.session);
    this.#settle(pending);
  }

  #settle({ event, number, session }: PendingEvent): void {
    const { commits, draining, sessions } = this.#parts;
    commits.acks.done(number);
    if (session !== null) {
      session.busy = 0;
      sessions.eventDone(event, session);
      if (draining.isActive) draining.settled(session);
      else this.#continue(session);
    }
    this.#ports.progress.phase("timer");
    commits.plan();
  }

  // Until one of the waiting events returns a promise again.
  #continue(session: HostSession): void {
    const stopAt = this.#ports.clock.ticks() + this.#slice;
    while (session.busy === 0) {
      const next = session.waiting?.shift();
      if (next === undefined) return;
      this.#handle(next.event, next.number, session);
      if (session.busy !== 0) return;
      this.#parts.commits.acks.done(next.number);
      if (this.#parts.commits.commands.isLarge || this.#ports.clock.ticks() > stopAt)
        this.#continueLater(session);
    }
  }

  // Marked as busy, so that new events go behind those that wait already.
  #continueLater(session: HostSession): void {
    session.busy = BETWEEN_SLICES;
    this.#ports.loop.atTurnEnd(() => this.resume(session));
  }
}

/** What the scheduler works with. */
export interface SchedulerParts {
  readonly handlers: EventHandlers;
  readonly faults: FaultReporter;
  readonly pendings: PendingHandlers;
  readonly commits: CommitPlanner;
  readonly sessions: ServedSessions;
  readonly draining: Draining;
  /** Notifies the script of a session that this host took over; the session is busy while that takes a promise. */
  readonly notify: (session: HostSession) => void;
}

/** An event whose handler has returned a promise. */
interface PendingEvent {
  readonly event: ScriptEvent;
  readonly number: number;
  readonly session: HostSession | null;
}
