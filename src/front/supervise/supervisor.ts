// Front: keeps one host running: starts it, restarts it after a crash or a hang, and lets a new version take over.
import type { Commit } from "../../boundary/batch.ts";
import type { ReloadReason, ScriptEvent, TakeoverEvent } from "../../boundary/events.ts";
import type { Snapshot } from "../../boundary/directory-record.ts";
import type { HandoverResult, PackedSessions } from "../../boundary/handover.ts";
import type { Host, HostExit } from "../../boundary/host.ts";
import { defaultBounds, type HostSpec } from "../../boundary/host-spec.ts";
import type { Answer, Question } from "../../boundary/questions.ts";
import type { TickSample } from "../../boundary/tick-sample.ts";
import type { Timer } from "../../boundary/clock.ts";
import { Dispatcher, type Losses } from "../dispatch/dispatcher.ts";
import type { DrainingEnd } from "../handover/draining-host.ts";
import {
  canHandOver,
  HandoverCoordinator,
  type CoordinatorListener,
} from "../handover/handover-coordinator.ts";
import { hostMessageRouter, type HostRole, type HostRoles } from "../incarnation/host-message-router.ts";
import { takeoverEvents } from "../handover/takeover-events.ts";
import { crashReport, drainingCrashReport, eventText, failureReport } from "./host-report.ts";
import type { FrontPorts } from "./front-ports.ts";
import { HangWatch, hangReason, hasWork, limitFor } from "../incarnation/hang-watch.ts";
import { IdleWatch, keepsNothing } from "./idle-watch.ts";
import { Incarnation, type HostStarter } from "../incarnation/incarnation.ts";
import { RestartPolicy } from "./restart-policy.ts";
import { TickWindow } from "./tick-window.ts";

/** The host starts with its first event. Messages from an incarnation that has been given up are discarded. */
export class Supervisor implements HostRole, HostRoles, CoordinatorListener {
  readonly dispatcher: Dispatcher;
  readonly handover: HandoverCoordinator;
  readonly ticks = new TickWindow();
  restarts = 0;
  readonly #front: FrontPorts;
  readonly #launch: (spec: HostSpec) => Incarnation;
  readonly #policy: RestartPolicy;
  readonly #watches: { readonly hang: HangWatch; readonly idle: IdleWatch };
  #current: Incarnation | null = null;
  #state: RunState = { kind: "idle" };
  /** The start of the next incarnation; `reason` is null when no other one had the sessions before. */
  #next: { readonly spec: HostSpec; readonly reason: ReloadReason | null };

  constructor(spec: HostSpec, starter: Required<HostStarter>, front: FrontPorts) {
    this.#next = { spec, reason: null };
    this.#front = front;
    this.#policy = new RestartPolicy(front.time.clock);
    this.#watches = { hang: new HangWatch(), idle: new IdleWatch((spec.bounds ?? defaultBounds).idleLimit) };
    const { dispatch, reports, time } = front;
    this.dispatcher = new Dispatcher(time.loop, dispatch.limits, dispatch);
    this.handover = new HandoverCoordinator({ front, dispatcher: this.dispatcher, listener: this });
    this.#launch = (wanted) => {
      const number = front.lifecycle.nextIncarnation();
      return new Incarnation(number, wanted, {
        ...starter,
        listener: hostMessageRouter(number, this, reports),
      });
    };
  }

  get state(): SupervisorState {
    if (this.handover.isUnderWay) return "reloading";
    return this.#state.kind === "stopped" ? "failed" : this.#state.kind;
  }

  get name(): string {
    return this.#next.spec.name;
  }

  get spec(): HostSpec {
    return this.#next.spec;
  }

  push(event: ScriptEvent): void {
    if (event.kind === "abort") this.handover.draining?.abort(event);
    this.dispatcher.push(event);
    if (this.#state.kind === "idle") this.start();
  }

  start(): void {
    if (STARTED.has(this.#state.kind)) return;
    this.#state = { kind: "starting" };
    this.#policy.starts();
    this.#watches.hang.reset();
    this.#current = this.#launch(this.spec);
  }

  /** The next incarnation is started with this spec; the current one continues. */
  update(spec: HostSpec): void {
    this.#next = { ...this.#next, spec };
  }

  /** A turn of the front: `ms` have passed, or less. A host that hangs is stopped, and restarted as after a crash. */
  watch(ms: number): void {
    const limit = (this.spec.bounds ?? defaultBounds).hangLimit;
    this.handover.watch(ms, limit);
    const incarnation = this.#current;
    const host = incarnation?.host ?? null;
    if (incarnation === null || host === null) return;
    if (this.#watches.idle.check(this.#mayRest, ms)) return this.#rest(incarnation);
    const stood = this.#watches.hang.check(this.#watched(incarnation, host, limit), ms);
    if (stood === null) return;
    const exit = host.inspect?.(hangReason(stood)) ?? NO_CULPRIT;
    void incarnation.stop();
    this.onExit(exit, "hang");
  }

  /**
   * Puts other scripts in place of those that run, which serve until the new ones are ready. Resolves with null when
   * the new ones serve, or with the reason, in one line, why the old ones still do.
   */
  async replace(spec: HostSpec, reason: ReloadReason): Promise<string | null> {
    do await this.handover.previous;
    while (this.handover.previous !== undefined);
    if (this.#state.kind === "stopped") return null;
    this.#policy.renew();
    if (this.#state.kind !== "serving" || !canHandOver(this.spec, this.#current?.host ?? null))
      return await this.#restart(spec, reason);
    if (this.handover.isUnderWay) return "another version is about to take over";
    return await this.handover.start(this.#launch(spec), reason);
  }

  async stop(): Promise<void> {
    const incarnation = this.#current;
    this.#cancelRestart();
    this.#state = { kind: "stopped" };
    this.#current = null;
    await Promise.all([this.handover.stop(), incarnation?.stop()]);
  }

  /** The role of an incarnation: the current one serves. */
  roleOf(incarnation: number): HostRole | null {
    return this.#current?.number === incarnation ? this : this.handover.roleOf(incarnation);
  }

  onReady(): void {
    const host = this.#current?.host ?? null;
    if (host === null) return;
    this.#state = { kind: "serving" };
    const previous = { reason: this.#next.reason, draining: this.dispatcher.heldSessions };
    const first = takeoverEvents(this.spec, this.#front.sessions, previous);
    this.#policy.serves(this.dispatcher.connect(host, first));
    this.#next = { spec: this.spec, reason: null };
    this.#front.lifecycle.onReady();
  }

  /**
   * While events wait for the host, the flush is held for one more batch: many small turns would mean a round of socket
   * writes for each.
   */
  onCommit(commit: Commit): void {
    const incarnation = this.#current;
    if (incarnation === null) return;
    incarnation.hasCommitted = true;
    this.handover.confirm();
    this.#front.output.apply(commit);
    const hasMore = this.dispatcher.acknowledge(commit);
    incarnation.isFlushHeld = hasMore && !commit.urgent && !incarnation.isFlushHeld;
    this.#front.output.flush(incarnation.isFlushHeld);
    this.handover.proceed();
  }

  onSessionState(packed: PackedSessions): void {
    this.handover.onSessionState(packed);
  }

  onHandedOver(result: HandoverResult): void {
    this.handover.onHandedOver(result);
  }

  onTickSample(sample: TickSample): void {
    this.ticks.add(sample);
  }

  onFollow(): Snapshot {
    return this.#front.feed.follow(null);
  }

  onQuestion(question: Question, reply: (answer: Answer) => void): void {
    this.#front.lifecycle.onQuestion(question, reply);
  }

  onExit(exit: HostExit, reason: "crash" | "hang" = "crash"): void {
    const { output, reports } = this.#front;
    // Before it is given up: a session whose close is lost has no id any more.
    const suspect = this.dispatcher.delivered(exit.event);
    const words = suspect === undefined ? "" : eventText(suspect, reports);
    const losses = this.#giveUp(exit);
    const culprit = losses.culprit === null ? "" : words;
    this.restarts += 1;
    reports.onReport(crashReport({ ...losses, name: this.name, exit, reason, culprit }));
    output.flush(false);
    const verdict = this.#policy.died(this.spec, exit);
    // The version that was about to take over does so now: as far as is known, it loads.
    const incoming = this.handover.abandon();
    this.#next = { spec: incoming ?? verdict.spec, reason };
    if (verdict.report !== null) reports.onReport(verdict.report);
    this.#startAgain(incoming === null ? verdict.delay : 0);
  }

  /** The host gets its state ready for the new version, which counts as progress. */
  onAsked(): void {
    this.#watches.hang.reset();
  }

  onTakeover(incarnation: Incarnation, event: TakeoverEvent): void {
    if (incarnation.host === null) return;
    this.#policy.approve(this.spec);
    incarnation.hasCommitted = true;
    this.#current = incarnation;
    this.#next = { spec: incarnation.spec, reason: null };
    this.#watches.hang.reset();
    const draining = event.state?.draining ?? [];
    this.#policy.serves(this.dispatcher.handOver(incarnation.host, event, draining));
  }

  onServingLost(): void {
    void this.#restart(this.spec, "crash");
  }

  onDrainingDied(exit: HostExit, end: DrainingEnd): void {
    this.#front.reports.onReport(drainingCrashReport({ name: this.name, exit, culprit: "", ...end }));
  }

  get #mayRest(): boolean {
    const isQuiet = this.state === "serving" && this.handover.draining === null && this.dispatcher.isIdle;
    return isQuiet && keepsNothing(this.spec) && this.#front.sessions.population() === 0;
  }

  // No session is served and nothing is kept: the next event starts the host again.
  #rest(incarnation: Incarnation): void {
    this.#giveUp(NO_CULPRIT);
    this.#state = { kind: "idle" };
    void incarnation.stop();
  }

  #watched(incarnation: Incarnation, host: Host, limit: number): Parameters<HangWatch["check"]>[0] {
    const current = (): ScriptEvent | undefined => this.dispatcher.delivered(host.inspect?.("").event ?? 0);
    return {
      host,
      limit: limitFor(this.spec, limit, current),
      // Among a hundred threads that start, one may wait long for its first turn: its script is not at fault.
      isLoading: this.#state.kind === "starting" || (!incarnation.hasCommitted && !hasWork(host)),
      isAwaited: this.dispatcher.isInFlight || this.handover.isAsked,
    };
  }

  // Without a host that serves, or with one that cannot hand over, the new version simply starts.
  async #restart(spec: HostSpec, reason: ReloadReason): Promise<null> {
    const old = this.#current;
    const isNeeded = this.#state.kind !== "idle";
    // Sessions that a crash has left without a state are notified of the crash.
    this.#next = { spec, reason: this.#next.reason ?? reason };
    this.#giveUp(NO_CULPRIT);
    this.#cancelRestart();
    this.#state = { kind: "idle" };
    if (isNeeded) this.start();
    await old?.stop();
    return null;
  }

  #startAgain(delay: number | null): void {
    if (delay === null) {
      this.#state = { kind: "failed" };
      this.#front.lifecycle.onFailed();
      this.#front.reports.onReport(failureReport(this.name));
    } else {
      const timer = delay === 0 ? null : this.#front.time.clock.after(delay, () => this.start());
      this.#state = { kind: "restarting", timer };
      if (timer === null) this.start();
    }
  }

  #cancelRestart(): void {
    if (this.#state.kind === "restarting") this.#state.timer?.cancel();
  }

  #giveUp(exit: HostExit): Losses {
    this.#current = null;
    this.handover.confirm();
    this.#front.lifecycle.onGivenUp();
    return this.dispatcher.disconnect(exit);
  }
}

/** The state of a host: `reloading` while a new version takes over, `failed` when it is given up until it is reloaded. */
export type SupervisorState = Exclude<RunState["kind"], "stopped"> | "reloading";

type RunState =
  | { readonly kind: "idle" }
  | { readonly kind: "starting" }
  | { readonly kind: "serving" }
  | { readonly kind: "restarting"; readonly timer: Timer | null }
  | { readonly kind: "failed" }
  | { readonly kind: "stopped" };

/** States in which a host runs already, or must not run any more. */
const STARTED: ReadonlySet<RunState["kind"]> = new Set(["starting", "serving", "stopped"]);

/** The end of a host that no event caused. */
export const NO_CULPRIT: HostExit = { reason: "", event: 0, phase: "idle", promised: [] };
