import { INTERNAL_ERROR } from "../boundary/close-codes.ts";
import { REFUSALS } from "../boundary/refusals.ts";
import { playCommands, type CommandList, type CommandReceivers } from "../boundary/commands.ts";
import type { FrontParts, Outcome } from "./front-parts.ts";
import { Directory } from "./directory/directory.ts";
import type { DispatchLimits } from "./dispatch/dispatcher.ts";
import type { ScriptEvent } from "../boundary/events.ts";
import { Hub } from "./directory/hub.ts";
import type { Session } from "./directory/session.ts";
import type { HostFactory, HostSpec } from "../boundary/host-spec.ts";
import { NO_CULPRIT } from "./supervise/crash-message.ts";
import { Supervisor } from "./supervise/supervisor.ts";
import type { SessionRef } from "../boundary/refs.ts";
import type { Clock, Loop, Timer } from "../boundary/clock.ts";
import type { LogLine } from "../boundary/log-line.ts";
import type { Outbox } from "./directory/outbox-port.ts";

/** How often hosts are looked at, ms. */
const WATCH_EVERY = 50;

export interface FrontOptions {
  readonly clock: Clock;
  readonly loop: Loop;
  readonly limits: DispatchLimits;
  /** For how long a flush may be put off while more waits for a host, ms. */
  readonly holdMs: number;
  /** Whether somebody debugs this process: what stands still then does not hang. */
  isDebugged?(): boolean;
}

/**
 * The side of the boundary that owns sessions and rooms. It hands events to the hosts and applies what they command;
 * it never runs a line of user code and never waits for one.
 */
export class Front {
  readonly directory: Directory;
  readonly hub: Hub;
  readonly counts: FrontCounts = { discarded: 0, interrupted: 0, faults: 0 };
  readonly #options: FrontOptions;
  readonly #outbox: Outbox;
  readonly #slots = new Map<number, Slot>();
  #parts!: FrontParts;
  #lastRef: SessionRef = 0;
  #lastSlot = 0;
  #lastIncarnation = 0;
  #watchTimer: Timer | null = null;

  constructor(options: FrontOptions, outbox: Outbox) {
    this.#options = options;
    this.#outbox = outbox;
    this.directory = new Directory((slot) => this.#slots.get(slot)?.supervisor.dispatcher.wake());
    this.hub = new Hub(this.directory, {
      outbox,
      accept: (session) => this.#parts.sockets.accept(session),
      refuse: (session, status, reason) => this.#parts.sockets.refuse(session, status, reason),
      tell: (session, event) => this.tell(session.host, event),
    });
  }

  /** Must be called before the first host is added: some of the parts are made with the front in hand. */
  attach(parts: FrontParts): void {
    this.#parts = parts;
  }

  /** A number for a fresh session. */
  nextRef(): SessionRef {
    this.#lastRef += 1;
    return this.#lastRef;
  }

  /** Makes a place for a host; it starts with its first event. Answers the slot's number. */
  addHost(spec: HostSpec, makeHost: HostFactory): number {
    this.#lastSlot += 1;
    const number = this.#lastSlot;
    const slot: Slot = {
      receivers: { sessions: this.hub, ...this.#parts.receivers(number) },
      supervisor: this.#supervise(number, spec, makeHost),
      paused: null,
      received: 0,
      sent: 0,
    };
    this.#slots.set(number, slot);
    this.#watchTimer ??= this.#options.clock.after(WATCH_EVERY, this.#watch);
    return number;
  }

  supervisor(slot: number): Supervisor | undefined {
    return this.#slots.get(slot)?.supervisor;
  }

  supervisors(): Supervisor[] {
    return Array.from(this.#slots.values(), (slot) => slot.supervisor);
  }

  /**
   * A host ends, and others serve its scripts: its sessions go to those that `heirOf` names, with all that waits, as
   * after a crash. Those that have no heir must have been closed.
   */
  async replaceHost(slot: number, heirOf: (session: Session) => number | undefined): Promise<void> {
    const supervisor = this.supervisor(slot);
    // Nothing that it still says counts any more.
    const ended = this.removeHost(slot);
    supervisor?.dispatcher.disconnect(NO_CULPRIT);
    const waiting = supervisor?.dispatcher.drop() ?? [];
    for (const [heir, refs] of this.#moveSessions(slot, heirOf))
      this.tell(heir, { kind: "takeover", sessions: this.hub.snapshotsOf(refs), reason: "reload" });
    for (const event of waiting) {
      const session = "session" in event ? this.directory.session(event.session) : undefined;
      if (session !== undefined && session.host !== slot) this.tell(session.host, event);
    }
    await ended;
  }

  #moveSessions(slot: number, heirOf: (session: Session) => number | undefined): Map<number, SessionRef[]> {
    const moved = new Map<number, SessionRef[]>();
    for (const session of this.directory.sessions()) {
      const heir = session.host === slot ? heirOf(session) : undefined;
      if (heir === undefined) continue;
      session.host = heir;
      moved.set(heir, [...(moved.get(heir) ?? []), session.ref]);
    }
    return moved;
  }

  async removeHost(slot: number): Promise<void> {
    const supervisor = this.supervisor(slot);
    this.#slots.delete(slot);
    this.directory.unfollow(slot);
    await supervisor?.stop();
  }

  tell(slot: number, event: ScriptEvent): void {
    this.#slots.get(slot)?.supervisor.push(event);
  }

  /** A message has been received. The hot path: no more than a look at the session's state and a push. */
  message(session: Session, data: string | Uint8Array): void {
    if (session.state !== "open") {
      this.counts.discarded += 1;
      return;
    }
    const slot = this.#slots.get(session.host);
    if (slot === undefined) return;
    slot.received += 1;
    slot.supervisor.push({ kind: "message", session: session.ref, data });
    if (slot.paused !== null) this.#pause(session, slot.paused);
  }

  /** A ping or a pong has been received of a session whose script hears of them. */
  beat(session: Session, kind: "ping" | "pong"): void {
    const slot = this.#slots.get(session.host);
    if (slot === undefined || session.state !== "open") return;
    slot.supervisor.push({ kind, session: session.ref });
    if (slot.paused !== null) this.#pause(session, slot.paused);
  }

  async stop(): Promise<void> {
    this.#watchTimer?.cancel();
    await Promise.all(this.supervisors().map((supervisor) => supervisor.stop()));
  }

  // However long a turn of the front has taken: no more than one period is counted.
  readonly #watch = (): void => {
    this.#watchTimer = this.#options.clock.after(WATCH_EVERY, this.#watch);
    if (this.#options.isDebugged?.() === true) return;
    for (const { supervisor } of this.#slots.values()) supervisor.watch(WATCH_EVERY);
  };

  #supervise(slot: number, spec: HostSpec, makeHost: HostFactory): Supervisor {
    const { clock, loop, limits } = this.#options;
    return new Supervisor(spec, makeHost, {
      clock,
      loop,
      limits,
      nextIncarnation: () => (this.#lastIncarnation += 1),
      apply: (commit) => {
        this.counts.discarded += commit.discarded;
        this.#apply(commit.commands, slot);
      },
      flush: (mayHold) => this.#flush(mayHold),
      onLog: (line) => this.#log(line, slot),
      onDone: (event) => this.#settle(slot, event, "done"),
      onLost: (event, why) => this.#settle(slot, event, why),
      onPressure: (high) => this.#press(slot, high),
      onCrash: (text) => this.#parts.reports.onCrash(text, slot),
      onWarning: (text) => this.#parts.reports.onWarning(text, slot),
      idOf: (session) => this.directory.session(session)?.handshake.id ?? `no. ${session}`,
      onFailed: () => this.#fail(slot),
      follow: (successor) => this.directory.follow(slot, successor === null ? slot : -successor),
      forget: (successor) => this.directory.unfollow(-successor),
      succeed: (successor) => this.directory.succeed(slot, -successor),
      ask: (question, reply) => this.#parts.onQuestion(question, reply, slot),
      onReady: () => this.#parts.hosts.onReady?.(slot),
      onGivenUp: () => {
        this.directory.unfollow(slot);
        this.#parts.hosts.onGivenUp?.(slot);
      },
      takeChanges: () => this.directory.takeChanges(slot),
      population: () => this.#populationOf(slot),
      sessions: () => this.hub.sessionsOf(slot),
      snapshotsOf: (sessions) => this.hub.snapshotsOf(sessions),
      watchSessions: () => this.directory.watch(slot),
      unwatchSessions: () => this.directory.unwatch(slot),
      refresh: (session, key, value) => this.hub.refresh(session, key, value),
    });
  }

  /** What has gone through a host since it was added. */
  traffic(slot: number): { readonly received: number; readonly sent: number } {
    const { received, sent } = this.#slots.get(slot) ?? { received: 0, sent: 0 };
    return { received, sent };
  }

  /** The sessions that a host serves. */
  sessionsOf(slot: number): number {
    return this.hub.sessionsOf(slot).length;
  }

  #apply(commands: CommandList, number: number): void {
    const slot = this.#slots.get(number);
    if (slot === undefined || commands.length === 0) return;
    const before = this.#outbox.counts?.offered ?? 0;
    playCommands(commands, slot.receivers);
    slot.sent += (this.#outbox.counts?.offered ?? 0) - before;
  }

  #populationOf(slot: number): number {
    const scripts = this.supervisor(slot)?.spec.scripts ?? [];
    return scripts.reduce((sum, { info }) => sum + this.directory.route(info.route).members.size, 0);
  }

  #flush(mayHold: boolean): void {
    if (mayHold && !this.#outbox.hasClose) this.#outbox.hold(this.#options.holdMs);
    else this.#outbox.flush();
  }

  #log(line: LogLine, slot: number): void {
    if (line.fault !== null) this.counts.faults += 1;
    this.#parts.reports.onLog(line, slot);
  }

  // Whatever became of a close event, the session ends; whatever became of an upgrade, the client gets an answer.
  #settle(slot: number, event: ScriptEvent, outcome: Outcome): void {
    if (outcome === "interrupted") this.counts.interrupted += 1;
    if (event.kind === "close") {
      const session = this.directory.session(event.session);
      if (session !== undefined) this.hub.finish(session);
    } else if (event.kind === "open") {
      const session = this.directory.session(event.session);
      if (session === undefined) return;
      session.isOpened = true;
      this.directory.touch(session);
    } else if (event.kind === "upgrade" && outcome !== "done") {
      const { status, text } = REFUSALS.UPGRADE_INTERRUPTED;
      this.hub.refuse(event.session, status, text);
    } else if (event.kind === "request" || event.kind === "run") {
      this.#parts.onSettled(slot, event, outcome);
    }
  }

  #fail(slot: number): void {
    const supervisor = this.supervisor(slot);
    if (supervisor === undefined) return;
    for (const event of supervisor.dispatcher.drop()) this.#settle(slot, event, "dropped");
    for (const session of [...this.directory.sessions()]) {
      if (session.host !== slot) continue;
      this.hub.close(session.ref, INTERNAL_ERROR, "script failed");
      this.hub.finish(session);
    }
    supervisor.dispatcher.drop();
    this.#outbox.flush();
    this.#parts.reports.onFailed(supervisor.name, slot);
  }

  #press(number: number, high: boolean): void {
    const slot = this.#slots.get(number);
    if (slot === undefined) return;
    const paused = slot.paused;
    slot.paused = high ? new Set() : null;
    this.#parts.hosts.onPressure?.(number, high);
    for (const session of paused ?? []) this.#parts.sockets.resumeReading(session);
  }

  // A socket is paused when it brings the next message: those that are silent need not be.
  #pause(session: Session, paused: Set<Session>): void {
    if (paused.has(session)) return;
    paused.add(session);
    this.#parts.sockets.pauseReading(session);
  }
}

/** Counts since the front started. */
export interface FrontCounts {
  /** Messages of sessions that a script had closed already. */
  discarded: number;
  /** Handlers whose promise had not settled when their host crashed: they do not run again. */
  interrupted: number;
  /** Faults that log lines of scripts have reported. */
  faults: number;
}

interface Slot {
  readonly receivers: CommandReceivers;
  readonly supervisor: Supervisor;
  /** The sessions whose sockets are not read while too much waits for the host; null when all are read. */
  paused: Set<Session> | null;
  /** Messages of its sessions. */
  received: number;
  /** Messages that its scripts have sent, one for each receiver. */
  sent: number;
}
