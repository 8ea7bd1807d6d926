// Front: owns sessions and rooms, hands events to the hosts, and applies their commands.
import type { Timer } from "../boundary/clock.ts";
import { INTERNAL_ERROR } from "../boundary/errors/close-codes.ts";
import type { ScriptEvent } from "../boundary/events.ts";
import type { HostSpec } from "../boundary/host-spec.ts";
import type { LogLine } from "../boundary/log-line.ts";
import type { SessionRef } from "../boundary/refs.ts";
import { REFUSALS } from "../boundary/errors/refusals.ts";
import { Directory } from "./directory/directory.ts";
import { Hub } from "./directory/hub.ts";
import type { Outbox } from "./directory/outbox-port.ts";
import type { Session } from "./directory/session.ts";
import { slotFeed, slotSessions } from "./directory/slot-ports.ts";
import type { DispatchLimits } from "./dispatch/event-queue.ts";
import type { FrontParts, Outcome } from "./front-parts.ts";
import { Departure, type DeparturePorts } from "./handover/departure.ts";
import { HostSlot } from "./host-slot.ts";
import type { FrontTime } from "./incarnation/incarnation-ports.ts";
import type { FrontPorts } from "./supervise/front-ports.ts";
import type { HostStarter } from "./incarnation/incarnation.ts";
import { StartLimiter } from "./incarnation/start-limiter.ts";
import { CommandOwner, slotCommands } from "./slot-commands.ts";
import { TurnSlices } from "./incarnation/turn-slices.ts";
import { SlotOutput } from "./slot-output.ts";
import { unservedReport } from "./supervise/host-report.ts";
import { Supervisor } from "./supervise/supervisor.ts";

/** It never runs a line of user code and never waits for one. */
export class Front {
  readonly directory: Directory;
  readonly hub: Hub;
  readonly counts: FrontCounts = { discarded: 0, interrupted: 0, faults: 0, shed: 0 };
  readonly #options: FrontOptions;
  readonly #outbox: Outbox;
  readonly #unlimited: StartLimiter;
  readonly #slots = new Map<number, HostSlot>();
  readonly #slices: TurnSlices;
  #parts!: FrontParts;
  readonly #last = { ref: 0, slot: 0, incarnation: 0 };
  #watchTimer: Timer | null = null;

  constructor(options: FrontOptions, outbox: Outbox) {
    this.#options = options;
    this.#outbox = outbox;
    this.#unlimited = new StartLimiter(options.clock, Infinity);
    this.#slices = new TurnSlices(options);
    this.directory = new Directory((slot) => this.#slots.get(slot)?.supervisor.dispatcher.wake());
    this.hub = new Hub(this.directory, {
      outbox,
      accept: (session) => this.#parts.sockets.accept(session),
      refuse: (session, status, reason) => this.#parts.sockets.refuse(session, status, reason),
      push: (session, event) => this.push(session.host, event),
    });
  }

  /** Must be called before the first host is added: some of the parts are made with the front in hand. */
  attach(parts: FrontParts): void {
    this.#parts = parts;
  }

  /** A number for a fresh session. */
  nextRef(): SessionRef {
    return (this.#last.ref += 1);
  }

  /** Makes a slot for a host, which starts with its first event. Returns the slot's number. */
  addHost(spec: HostSpec, { makeHost, limiter = this.#unlimited }: HostStarter): number {
    const number = (this.#last.slot += 1);
    const slot = new HostSlot(
      this.#parts.sockets,
      (own) => new Supervisor(spec, { makeHost, limiter }, this.#portsOf(number, own, spec)),
    );
    this.#slots.set(number, slot);
    this.#watchTimer ??= this.#options.clock.after(WATCH_EVERY, this.#watch);
    return number;
  }

  supervisor(slot: number): Supervisor | undefined {
    return this.#slots.get(slot)?.supervisor;
  }

  /** Takes the sessions of a host to the slots that `newSlotOf` returns, when the host hands over. */
  departureFrom(slot: number, moves: Pick<DeparturePorts, "newSlotOf" | "onDeparted">): Departure {
    const { directory, hub } = this;
    const push = (to: number, event: ScriptEvent): void => this.push(to, event);
    return new Departure(slot, { directory, hub, push, ...moves });
  }

  async removeHost(slot: number): Promise<void> {
    const supervisor = this.supervisor(slot);
    this.#slots.delete(slot);
    this.directory.unfollow(slot);
    await supervisor?.stop();
  }

  push(slot: number, event: ScriptEvent): void {
    const supervisor = this.supervisor(slot);
    if (supervisor === undefined) this.#unserved(slot, event);
    else supervisor.push(event);
  }

  /** A message has been received. The hot path: a look at the session's state, and a push. */
  message(session: Session, data: string | Uint8Array): void {
    if (session.state !== "open") {
      this.counts.discarded += 1;
      return;
    }
    const slot = this.#slots.get(session.host);
    if (slot === undefined) return this.push(session.host, { kind: "message", session: session.ref, data });
    slot.traffic.received += 1;
    slot.receive(session, { kind: "message", session: session.ref, data });
  }

  /** A ping or a pong has been received from a session whose script handles them. */
  beat(session: Session, kind: "ping" | "pong"): void {
    if (session.state === "open")
      this.#slots.get(session.host)?.receive(session, { kind, session: session.ref });
  }

  async stop(): Promise<void> {
    this.#watchTimer?.cancel();
    await Promise.all(Array.from(this.#slots.values(), ({ supervisor }) => supervisor.stop()));
  }

  /** The messages that have gone through a host since it was added. */
  traffic(slot: number): { readonly received: number; readonly sent: number } {
    return this.#slots.get(slot)?.traffic ?? { received: 0, sent: 0 };
  }

  /** How many sessions a host serves. */
  sessionsOf(slot: number): number {
    return this.hub.sessionsOf(slot).length;
  }

  // However long a turn of the front has taken, no more than one period is counted.
  readonly #watch = (): void => {
    this.#watchTimer = this.#options.clock.after(WATCH_EVERY, this.#watch);
    if (this.#options.isDebugged?.() === true) return;
    for (const { supervisor } of this.#slots.values()) supervisor.watch(WATCH_EVERY);
  };

  #portsOf(number: number, slot: HostSlot, spec: HostSpec): FrontPorts {
    const routes = (): string[] =>
      (this.supervisor(number)?.spec.scripts ?? []).map(({ info }) => info.route);
    const owner = new CommandOwner({
      slot: number,
      directory: this.directory,
      spec: () => this.supervisor(number)?.spec ?? spec,
      parts: this.#parts,
    });
    return {
      time: this.#options,
      sessions: slotSessions(this.hub, this.directory, { slot: number, routes, counts: this.counts }),
      feed: slotFeed(this.directory, number),
      dispatch: this.#dispatchPorts(number, slot),
      output: this.#outputOf(number, slot, owner),
      reports: {
        onLog: (line) => this.#log(line, number),
        onReport: (report) => this.#parts.reports.onReport(report, number),
        idOf: (session) => this.directory.sessions.get(session)?.handshake.id ?? `no. ${session}`,
      },
      lifecycle: this.#lifecycleOf(number, owner),
    };
  }

  #dispatchPorts(number: number, slot: HostSlot): FrontPorts["dispatch"] {
    return {
      limits: this.#options.limits,
      onDone: (event) => this.#settle(number, event, "done"),
      onLost: (event, why) => this.#settle(number, event, why),
      onPressure: (high) => {
        this.#parts.hosts.onPressure?.(number, high);
        slot.setPressure(high);
      },
      takeChanges: () => this.directory.takeChanges(number),
    };
  }

  #outputOf(number: number, { traffic }: HostSlot, owner: CommandOwner): FrontPorts["output"] {
    const receivers = slotCommands({ sessions: this.hub, ...this.#parts.receivers(number) }, owner);
    const { holdMs } = this.#options;
    const [slices, outbox, { counts }] = [this.#slices, this.#outbox, this];
    return new SlotOutput({ slices, outbox, receivers, counts, traffic, holdMs });
  }

  #lifecycleOf(number: number, owner: CommandOwner): FrontPorts["lifecycle"] {
    return {
      nextIncarnation: () => {
        owner.renew();
        return (this.#last.incarnation += 1);
      },
      onReady: () => this.#parts.hosts.onReady?.(number),
      onGivenUp: () => {
        this.directory.unfollow(number);
        this.#parts.hosts.onGivenUp?.(number);
      },
      onFailed: () => this.#fail(number),
      onRefused: (event) => this.#refuse(number, event),
      onQuestion: (question, reply) => {
        if (owner.mayScript("listen", question.script)) this.#parts.questions.answer(question, reply, number);
        else reply({ ok: false, reason: "a script of this kind opens no port" });
      },
    };
  }

  #log(line: LogLine, slot: number): void {
    this.counts.faults += (line.fault === null ? 0 : 1) + (line.droppedFaults ?? 0);
    this.#parts.reports.onLog(line, slot);
  }

  // However a close event ended, its session ends; however an upgrade ended, its client gets a response.
  #settle(slot: number, event: ScriptEvent, outcome: Outcome): void {
    if (outcome === "interrupted") this.counts.interrupted += 1;
    if (event.kind === "close") {
      const session = this.directory.sessions.get(event.session);
      if (session !== undefined) this.hub.finish(session);
    } else if (event.kind === "open") {
      this.#noteOpened(event.session);
    } else if (event.kind === "upgrade" && outcome !== "done") {
      const { status, text } = REFUSALS.UPGRADE_INTERRUPTED;
      this.hub.refuse(event.session, status, text);
    } else if (event.kind === "request" || event.kind === "run") {
      this.#parts.onSettled(slot, event, outcome);
    }
  }

  #noteOpened(ref: SessionRef): void {
    const session = this.directory.sessions.get(ref);
    if (session === undefined) return;
    session.isOpened = true;
    this.directory.touch(session);
  }

  // A session that came by another path than the gateway's is not left without a script.
  #refuse(slot: number, event: ScriptEvent): void {
    this.#settle(slot, event, "dropped");
    const session = "session" in event ? this.directory.sessions.get(event.session) : undefined;
    if (session === undefined) return;
    this.hub.terminate(session, INTERNAL_ERROR, "script failed");
    this.#outbox.flush();
  }

  // An event without a host is never dropped in silence: its session would stay connected to nothing.
  #unserved(slot: number, event: ScriptEvent): void {
    if (event.kind === "abort") return;
    const session = "session" in event ? this.directory.sessions.get(event.session) : undefined;
    if (event.kind !== "close" && !("session" in event && session === undefined)) {
      this.counts.faults += 1;
      const idOf = (): string => session?.handshake.id ?? "";
      this.#parts.reports.onReport(unservedReport(event, { idOf }), slot);
    }
    this.#settle(slot, event, "culprit");
    if (session === undefined) return;
    this.hub.terminate(session, INTERNAL_ERROR, "no script serves this session");
    this.#outbox.flush();
  }

  #fail(slot: number): void {
    const supervisor = this.supervisor(slot);
    if (supervisor === undefined) return;
    for (const event of supervisor.dispatcher.drop()) this.#settle(slot, event, "dropped");
    for (const session of [...this.directory.sessions.values()])
      if (session.host === slot) this.hub.terminate(session, INTERNAL_ERROR, "script failed");
    this.#outbox.flush();
    this.#parts.hosts.onFailed?.(slot);
  }
}

export interface FrontOptions extends FrontTime {
  readonly limits: DispatchLimits;
  /** A flush may be held for this long while more events wait for a host, ms. */
  readonly holdMs: number;
  /** Whether a debugger is attached: a host that stands still then does not hang. */
  isDebugged?(): boolean;
}

/** Counts since the front started. */
export interface FrontCounts {
  /** Messages of sessions that a script had closed already. */
  discarded: number;
  /** Handlers whose promise had not settled when their host crashed: they do not run again. */
  interrupted: number;
  /** Faults that log lines of scripts have reported. */
  faults: number;
  /** Sessions that were closed because the memory of their host had run out. */
  shed: number;
}

/** How often hosts are looked at, ms. The watch thread looks at what must not wait for this thread. */
const WATCH_EVERY = 100;
