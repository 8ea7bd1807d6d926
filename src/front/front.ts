// Front: owns sessions and rooms, hands events to the hosts, and applies their commands.
import type { Timer } from "../boundary/clock.ts";
import { INTERNAL_ERROR } from "../boundary/errors/close-codes.ts";
import type { ScriptEvent } from "../boundary/events.ts";
import type { HostSpec } from "../boundary/host-spec.ts";
import { faultsIn, type LogLine } from "../boundary/log-line.ts";
import type { SessionRef } from "../boundary/refs.ts";
import type { ClusterPort } from "./directory/cluster-port.ts";
import { Directory } from "./directory/directory.ts";
import { Hub } from "./directory/hub.ts";
import type { Outbox } from "./directory/outbox-port.ts";
import { PeerDelivery } from "./directory/peer-delivery.ts";
import type { Session } from "./directory/session.ts";
import { slotFeed, slotSessions } from "./directory/slot-ports.ts";
import type { DispatchLimits } from "./dispatch/event-queue.ts";
import { EventOutcomes } from "./event-outcomes.ts";
import type { FrontCounts, FrontParts } from "./front-parts.ts";
import { Departure, type DeparturePorts } from "./handover/departure.ts";
import { HostSlot, type HostSlotPorts } from "./host-slot.ts";
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
  readonly #outcomes: EventOutcomes;
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
    outbox.onUnsent = ({ ref, host, state }, bytes) => {
      if (state === "open") this.push(host, { kind: "unsent", session: ref, bytes });
    };
    this.#unlimited = new StartLimiter(options.clock, Infinity);
    this.#slices = new TurnSlices(options);
    this.directory = new Directory((slot) => this.#slots.get(slot)?.supervisor.dispatcher.wake());
    this.hub = new Hub(this.directory, {
      outbox,
      accept: (session, answer) => this.#parts.sockets.accept(session, answer),
      refuse: (session, refusal) => this.#parts.sockets.refuse(session, refusal),
      push: (session, event) => this.push(session.host, event),
    });
    const { directory, hub } = this;
    this.#outcomes = new EventOutcomes(options.clock, { directory, hub, parts: () => this.#parts });
  }

  /** How many closes of sessions have been lost: their `onClose` has not run to its end. */
  get lostCloses(): number {
    return this.#outcomes.lostCloses;
  }

  get counts(): FrontCounts {
    return this.#outcomes.counts;
  }

  /** The sessions of other nodes are sessions of other hosts to the hosts here, from now on. */
  joinCluster(cluster: ClusterPort): void {
    this.directory.joinCluster(cluster);
    this.hub.joinCluster(cluster);
  }

  /** What carries out here what other nodes send. */
  peerDelivery(): PeerDelivery {
    return new PeerDelivery({ directory: this.directory, hub: this.hub, outbox: this.#outbox });
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
    const { sockets } = this.#parts;
    const { limits, whenFull = "pause", onFull = () => undefined } = this.#options;
    const slot = new HostSlot(
      { sockets, limits, whenFull, onFull },
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
    await supervisor?.finish();
    await supervisor?.stop();
  }

  /** Runs `onStop` of all scripts, within `limit` ms. A host that is not done serves what is left of it meanwhile. */
  async finish(limit: number, isDone: (slot: number) => boolean): Promise<void> {
    const hosts = [...this.#slots];
    await Promise.all(hosts.map(([slot, { supervisor }]) => supervisor.finish(limit, () => isDone(slot))));
  }

  push(slot: number, event: ScriptEvent): void {
    const supervisor = this.supervisor(slot);
    if (supervisor === undefined) this.#unserved(slot, event);
    else supervisor.push(event);
  }

  /** A message has been received. The hot path: a look at the session's state, and a push. */
  message(session: Session, data: string | Uint8Array): void {
    const share = session.inbound;
    share.offer(data.length);
    if (session.state !== "open") {
      this.counts.discarded += 1;
      return share.drop("closed");
    }
    const slot = this.#slots.get(session.host);
    const message = { kind: "message", session: session.ref, data, share } as const;
    if (slot === undefined) return this.push(session.host, message);
    slot.traffic.received += 1;
    slot.receive(session, message);
  }

  /** A ping or a pong for its script, or an envelope of `parlor.v1`. */
  beat(session: Session, event: BeatEvent): void {
    if (session.state === "open") this.#slots.get(session.host)?.receive(session, event);
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
        onHost: (what) => this.#parts.reports.activity?.host(number, what),
        idOf: (session) => this.directory.sessions.get(session)?.handshake.id ?? `no. ${session}`,
      },
      lifecycle: this.#lifecycleOf(number, owner),
    };
  }

  #dispatchPorts(number: number, slot: HostSlot): FrontPorts["dispatch"] {
    return {
      limits: this.#options.limits,
      onDone: (event) => this.#outcomes.settle(number, event, "done"),
      onLost: (event, why) => this.#outcomes.settle(number, event, why),
      shareOf: (session) => this.directory.sessions.get(session)?.inbound ?? null,
      onRelieved: (ref) => slot.relieve(this.directory.sessions.get(ref)),
      clients: {
        shareOf: (client) => this.#parts.hosts.outbound?.shareOf(number, client) ?? null,
        onRelieved: (client) => this.#parts.hosts.outbound?.relieve(number, client),
      },
      onPressure: (high) => (this.#parts.hosts.onPressure?.(number, high), slot.setPressure(high)),
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
      onGivenUp: () => (this.directory.unfollow(number), this.#parts.hosts.onGivenUp?.(number)),
      onHung: (event) => this.#outcomes.hung(number, event),
      onFailed: () => this.#fail(number),
      onRefused: (event) => this.#refuse(number, event),
      onQuestion: (question, reply) => {
        if (owner.mayScript("listen", question.script)) this.#parts.questions.answer(question, reply, number);
        else reply({ ok: false, reason: "a script of this kind opens no port" });
      },
    };
  }

  #log(line: LogLine, slot: number): void {
    this.counts.faults += faultsIn(line);
    this.supervisor(slot)?.faults.note(line);
    this.#parts.reports.onLog(line, slot);
  }

  // A session that came by another path than the gateway's is not left without a script.
  #refuse(slot: number, event: ScriptEvent): void {
    this.#outcomes.settle(slot, event, "dropped");
    const session = this.#outcomes.sessionOf(event);
    if (session === undefined) return;
    this.hub.terminate(session, INTERNAL_ERROR, "script failed");
    this.#outbox.flush();
  }

  // An event without a host is never dropped in silence: its session would stay connected to nothing.
  #unserved(slot: number, event: ScriptEvent): void {
    if (event.kind === "abort") return;
    const session = this.#outcomes.sessionOf(event);
    if (event.kind !== "close" && !("session" in event && session === undefined)) {
      this.counts.faults += 1;
      const idOf = (): string => session?.handshake.id ?? "";
      this.#parts.reports.onReport(unservedReport(event, { idOf }), slot);
    }
    if (event.kind === "message") session?.inbound.drop("failed");
    else this.#outcomes.settle(slot, event, "culprit");
    if (session === undefined) return;
    this.hub.terminate(session, INTERNAL_ERROR, "no script serves this session");
    this.#outbox.flush();
  }

  #fail(slot: number): void {
    const supervisor = this.supervisor(slot);
    if (supervisor === undefined) return;
    for (const event of supervisor.dispatcher.drop()) this.#outcomes.settle(slot, event, "dropped");
    for (const session of [...this.directory.sessions.values()])
      if (session.host === slot) this.hub.terminate(session, INTERNAL_ERROR, "script failed");
    this.#outbox.flush();
    this.#parts.hosts.onFailed?.(slot);
  }
}

/** `whenFull`: default `pause`. */
export interface FrontOptions extends FrontTime, Partial<Pick<HostSlotPorts, "whenFull" | "onFull">> {
  readonly limits: DispatchLimits;
  /** A flush may be held for this long while more events wait for a host, ms. */
  readonly holdMs: number;
  /** Whether a debugger is attached: a host that stands still then does not hang. */
  isDebugged?(): boolean;
}

/** How often hosts are looked at, ms. The watch thread looks at what must not wait for this thread. */
const WATCH_EVERY = 100;

type BeatEvent = Extract<ScriptEvent, { kind: "ping" | "pong" | "call" | "reply" }>;
