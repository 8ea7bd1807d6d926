// Front: keeps one host running: starts it, restarts it after a crash or a hang, and lets a new version take over.
import type { Commit } from "../../boundary/batch.ts";
import type { ReloadReason, ScriptEvent, TakeoverEvent } from "../../boundary/events.ts";
import type { Snapshot } from "../../boundary/directory-record.ts";
import type { HandoverResult, PackedSessions } from "../../boundary/handover.ts";
import type { Host, HostExit } from "../../boundary/host.ts";
import { defaultBounds, type HostSpec } from "../../boundary/host-spec.ts";
import type { Answer, Question } from "../../boundary/questions.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { TickSample } from "../../boundary/tick-sample.ts";
import { Dispatcher, type Losses } from "../dispatch/dispatcher.ts";
import type { DrainingEnd } from "../handover/draining-host.ts";
import {
  canHandOver,
  isProgramHost,
  HandoverCoordinator,
  type CoordinatorListener,
} from "../handover/handover-coordinator.ts";
import type { HostRole, HostRoles } from "../incarnation/host-message-router.ts";
import type { Departure, Replacement } from "../handover/departure.ts";
import { takeoverEvents } from "../handover/takeover-events.ts";
import { crashReport, drainingCrashReport, eventText, failureReport, shedReport } from "./host-report.ts";
import type { HostReport } from "./host-report.ts";
import type { FrontPorts } from "./front-ports.ts";
import { hangReason, hangs, hasWork, limitFor, type Standing } from "../incarnation/hang-watch.ts";
import { IdleWatch, keepsNothing } from "./idle-watch.ts";
import type { Incarnation, HostStarter } from "../incarnation/incarnation.ts";
import { launcher, type Launcher } from "./launcher.ts";
import { actsAlone, RestartPolicy } from "./restart-policy.ts";
import { NO_CULPRIT, RunState, type SupervisorState } from "./run-state.ts";
import { TickWindow } from "./tick-window.ts";

/** The host starts with its first event. Messages from an incarnation that has been given up are discarded. */
export class Supervisor implements HostRole, HostRoles, CoordinatorListener {
  readonly dispatcher: Dispatcher;
  readonly handover: HandoverCoordinator;
  readonly ticks = new TickWindow();
  restarts = 0;
  readonly #front: FrontPorts;
  readonly #launch: Launcher;
  readonly #policy: RestartPolicy;
  readonly #idle: IdleWatch;
  #current: Incarnation | null = null;
  readonly #state: RunState;
  /** The start of the next incarnation; `reason` is null when no other one had the sessions before. */
  #next: { readonly spec: HostSpec; readonly reason: ReloadReason | null };

  constructor(spec: HostSpec, starter: Required<HostStarter>, front: FrontPorts) {
    this.#next = { spec, reason: null };
    this.#front = front;
    this.#policy = new RestartPolicy(front.time.clock);
    this.#state = new RunState(front.time.clock);
    this.#idle = new IdleWatch((spec.bounds ?? defaultBounds).idleLimit);
    const { dispatch, time } = front;
    this.dispatcher = new Dispatcher(time.loop, dispatch.limits, dispatch);
    this.handover = new HandoverCoordinator({ front, dispatcher: this.dispatcher, listener: this });
    this.#launch = launcher(starter, this, front);
  }

  get state(): SupervisorState {
    if (this.handover.isUnderWay) return "reloading";
    return this.#state.kind === "stopped" ? "failed" : this.#state.kind;
  }

  /** Whether no version works: none has served since it failed. */
  get isFailing(): boolean {
    return this.#state.kind === "failed" || this.#policy.isDown;
  }

  /** Whether clients are refused: it has failed and is not to be tried yet, or cannot be started. */
  get isDown(): boolean {
    const { isUnstarted } = this.#current ?? this.#policy;
    return isUnstarted || this.#isPausing;
  }

  /** The time until a host that has failed is tried again, ms: at 0 the next event starts it. Null if it has not failed. */
  get nextTry(): number | null {
    return this.#state.nextTry;
  }

  get name(): string {
    return this.#next.spec.name;
  }

  get spec(): HostSpec {
    return this.#next.spec;
  }

  push(event: ScriptEvent): void {
    if (event.kind === "abort") this.handover.draining?.abort(event);
    if (this.#isPausing) return this.#front.lifecycle.onRefused(event);
    this.dispatcher.push(event);
    this.wake();
  }

  /** Starts a host that rests: a client is about to come in. */
  wake(): void {
    const { kind } = this.#state;
    if (kind === "idle" || (kind === "failed" && !this.#isPausing)) this.start();
  }

  start(): void {
    if (this.#state.isStarted) return;
    this.#state.become("starting");
    this.#policy.starts();
    this.#current = this.#launch(this.spec);
  }

  /** The next incarnation is started with this spec; the current one continues. */
  update(spec: HostSpec): void {
    this.#next = { ...this.#next, spec };
  }

  /** A turn of the front: `ms` have passed, or less. */
  watch(ms: number): void {
    this.handover.watch(ms);
    const incarnation = this.#current;
    const host = incarnation?.host ?? null;
    if (incarnation === null || host === null) return;
    if (this.#idle.check(this.#mayRest, ms)) return this.#rest(incarnation);
    host.expect?.(this.#isAwaited || this.#state.kind === "starting");
  }

  /** A host that hangs is stopped, and restarted as after a crash. */
  onStands(ms: number): void {
    const incarnation = this.#current;
    const host = incarnation?.host ?? null;
    if (incarnation === null || host === null || !hangs(this.#standing(incarnation, host), ms)) return;
    void incarnation.stop();
    this.onExit(host.inspect?.(hangReason(ms)) ?? NO_CULPRIT, "hang");
  }

  /**
   * Puts other scripts in place of those that run, which serve until the new ones are ready. Resolves with null when
   * the new ones serve, or with the reason, in one line, why the old ones still do.
   */
  async replace(spec: HostSpec, reason: ReloadReason, options: Replacement = {}): Promise<string | null> {
    const { departure = null, mustLoad = false } = options;
    do await this.handover.previous;
    while (this.handover.previous !== undefined);
    if (this.#state.kind === "stopped") return null;
    if (this.#state.kind === "serving") this.#policy.approve(this.spec);
    this.#policy.renew();
    if (mustLoad && this.#state.kind !== "serving" && !isProgramHost(spec))
      return await this.#load(spec, reason);
    if (this.#state.kind !== "serving" || !canHandOver(this.spec, this.#current?.host ?? null))
      return await this.#restart(spec, reason, departure);
    if (this.handover.isUnderWay) return "another version is about to take over";
    return await this.handover.start(this.#launch(spec), { reason, departure });
  }

  async stop(): Promise<void> {
    const incarnation = this.#current;
    incarnation?.queue.finish();
    this.#state.become("stopped");
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
    this.#state.become("serving");
    const { handover, dispatcher } = this;
    const isLeaving = (session: SessionRef): boolean => handover.takesAway(session);
    const previous = { reason: this.#next.reason, draining: dispatcher.heldSessions, isLeaving };
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
    const problem = this.problemWith(commit);
    if (problem !== null) throw new Error(problem);
    if (!incarnation.hasCommitted) this.#works(incarnation);
    this.handover.confirm();
    this.#front.output.apply(commit);
    const hasMore = this.dispatcher.acknowledge(commit);
    incarnation.isFlushHeld = hasMore && !commit.urgent && !incarnation.isFlushHeld;
    this.#front.output.flush(incarnation.isFlushHeld);
    this.handover.proceed();
  }

  problemWith(commit: Commit): string | null {
    return this.dispatcher.problemWith(commit);
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
    // The version that was about to take over does so now: as far as is known, it loads.
    const incoming = this.handover.abandon();
    const limits = this.#policy.shedLimits(this.spec, exit);
    const verdict = this.#policy.died(this.spec, exit, losses.culprit !== null);
    const isLast = incoming === null && verdict.kind === "fail";
    reports.onReport(crashReport({ ...losses, name: this.name, exit, reason, culprit, isLast }));
    // The state that has filled a host would fill the next one.
    if (limits !== null) this.#report(shedReport(this.name, this.#front.sessions.shed(limits)));
    output.flush(false);
    this.#next = { spec: incoming ?? verdict.spec, reason };
    this.#report(verdict.report);
    if (isLast) this.#fail(verdict.delay);
    else this.#startAgain(incoming === null ? verdict.delay : 0);
  }

  onTakeover(incarnation: Incarnation, event: TakeoverEvent): void {
    if (incarnation.host === null) return;
    this.#works(incarnation);
    this.#state.become("serving");
    this.#current = incarnation;
    this.#next = { spec: incarnation.spec, reason: null };
    const draining = event.state?.draining ?? [];
    this.#policy.serves(this.dispatcher.handOver(incarnation.host, event, draining));
  }

  onServingLost(): void {
    void this.#restart(this.spec, "crash", null);
  }

  onDrainingDied(exit: HostExit, end: DrainingEnd): void {
    this.#front.reports.onReport(drainingCrashReport({ name: this.name, exit, culprit: "", ...end }));
  }

  get #isPausing(): boolean {
    return (this.nextTry ?? 0) > 0;
  }

  get #mayRest(): boolean {
    const isQuiet = this.state === "serving" && this.handover.draining === null && this.dispatcher.isIdle;
    return isQuiet && keepsNothing(this.spec) && this.#front.sessions.population() === 0;
  }

  // No session is served and nothing is kept: the next event starts the host again.
  #rest(incarnation: Incarnation): void {
    this.#giveUp(NO_CULPRIT);
    this.#state.become("idle");
    void incarnation.stop();
  }

  get #isAwaited(): boolean {
    return this.dispatcher.isInFlight || this.handover.isAsked;
  }

  #standing({ hasCommitted }: Incarnation, host: Host): Standing {
    const current = (): ScriptEvent | undefined => this.dispatcher.delivered(host.inspect?.("").event ?? 0);
    const limit = limitFor(this.spec, current);
    // Among a hundred threads that start, one may wait long for its first turn: its script is not at fault.
    const isLoading = this.#state.kind === "starting" || (!hasCommitted && !hasWork(host));
    return { host, limit, isLoading, isAwaited: this.#isAwaited };
  }

  // Without a host that serves, or with one that cannot hand over, the new version simply starts.
  async #restart(spec: HostSpec, reason: ReloadReason, departure: Departure | null): Promise<null> {
    const old = this.#current;
    const isNeeded = this.#state.kind !== "idle";
    // Sessions that a crash has left without a state are notified of the crash.
    this.#next = { spec, reason: this.#next.reason ?? reason };
    this.#giveUp(NO_CULPRIT);
    this.#state.become("idle");
    departure?.depart(this.dispatcher, null, this.#next.reason ?? reason);
    if (isNeeded) this.start();
    await old?.stop();
    return null;
  }

  // No version serves, so this one takes over as soon as it has loaded. If it does not, all is as before.
  async #load(spec: HostSpec, reason: ReloadReason): Promise<string | null> {
    const old = this.#current;
    this.#giveUp(NO_CULPRIT);
    this.#state.become("starting");
    const task = { reason: this.#next.reason ?? reason, departure: null };
    const [problem] = await Promise.all([this.handover.start(this.#launch(spec), task), old?.stop()]);
    if (this.#state.kind !== "starting" || this.#current !== null) return problem;
    this.#state.become("idle");
    if (old !== null || this.dispatcher.waiting > 0) this.start();
    return problem;
  }

  #works(incarnation: Incarnation): void {
    incarnation.hasCommitted = true;
    this.#report(this.#policy.works(incarnation.spec));
  }

  #report(report: HostReport | null): void {
    if (report !== null) this.#front.reports.onReport(report);
  }

  // A host that does something without clients is tried again by itself, any other with its first event after the pause.
  #fail(pause: number): void {
    const isAlone = actsAlone(this.spec);
    this.#state.wait("failed", pause, isAlone ? () => this.start() : null);
    this.#front.lifecycle.onFailed();
    this.#report(failureReport(this.name, pause, isAlone));
  }

  #startAgain(delay: number): void {
    this.#state.wait("restarting", delay, delay === 0 ? null : () => this.start());
    if (delay === 0) this.start();
  }

  #giveUp(exit: HostExit): Losses {
    this.#current?.queue.finish();
    this.#current = null;
    this.handover.confirm();
    this.#front.lifecycle.onGivenUp();
    return this.dispatcher.disconnect(exit);
  }
}
