// Front: keeps one host running: starts it, restarts it after a crash or a hang, and lets a new version take over.
import type { Commit } from "../../boundary/batch.ts";
import type { ReloadReason, ScriptEvent, TakeoverEvent } from "../../boundary/events.ts";
import type { Snapshot } from "../../boundary/directory-record.ts";
import type { FailingScripts, HostExit } from "../../boundary/host.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { Answer, Question } from "../../boundary/questions.ts";
import { Dispatcher } from "../dispatch/dispatcher.ts";
import type { Replacement } from "../handover/departure.ts";
import type { DrainingEnd } from "../handover/draining-host.ts";
import {
  canHandOver,
  isProgramHost,
  HandoverCoordinator,
  type CoordinatorListener,
} from "../handover/handover-coordinator.ts";
import { FINISH_LIMIT, type FinishCut } from "../handover/finishing-host.ts";
import { takeoverEvents } from "../handover/takeover-events.ts";
import { endHanging } from "../incarnation/hang-exit.ts";
import type { HostRole, HostRoles } from "../incarnation/host-message-router.ts";
import type { HostStarter, Incarnation } from "../incarnation/incarnation.ts";
import { CurrentHost } from "./current-host.ts";
import { FaultCounts } from "./fault-counts.ts";
import type { FrontPorts } from "./front-ports.ts";
import {
  crashReport,
  drainingCrashReport,
  finishCutReport,
  eventFields,
  eventText,
  shedReport,
} from "./host-report.ts";
import { launcher, type Launcher } from "./launcher.ts";
import { QueueAge } from "./queue-age.ts";
import { RestartCounts, type RolledBack } from "./restart-counts.ts";
import type { SupervisorState } from "./run-state.ts";
import { ServingWatch } from "./serving-watch.ts";
import { TickWindow } from "./tick-window.ts";

/** The host starts with its first event. Messages from an incarnation that has been given up are discarded. */
export class Supervisor implements HostRole, HostRoles, CoordinatorListener {
  readonly dispatcher: Dispatcher;
  readonly handover: HandoverCoordinator;
  readonly ticks = new TickWindow();
  readonly restarts = new RestartCounts();
  readonly faults = new FaultCounts(() => this.spec);
  readonly age = new QueueAge();
  readonly #front: FrontPorts;
  readonly #launch: Launcher;
  readonly #current: CurrentHost;
  readonly #watch: ServingWatch;
  /** The scripts whose `onStart` has failed on the host that serves. */
  #failing: readonly string[] = [];

  constructor(spec: HostSpec, starter: Required<HostStarter>, front: FrontPorts) {
    this.#front = front;
    const { dispatch, time, sessions } = front;
    const dispatcher = (this.dispatcher = new Dispatcher(time, dispatch.limits, dispatch));
    const handover = (this.handover = new HandoverCoordinator({ front, dispatcher, listener: this }));
    const launch = (this.#launch = launcher(starter, this, front));
    this.#current = new CurrentHost(spec, { front, dispatcher, handover, launch });
    this.#watch = new ServingWatch(this.#current, { dispatcher, handover, sessions });
  }

  get state(): SupervisorState {
    if (this.handover.isUnderWay) return "reloading";
    const { kind } = this.#current.state;
    return kind === "stopped" ? "failed" : kind;
  }

  /** Whether no version works: none has served since it failed. */
  get isFailing(): boolean {
    return this.#current.state.kind === "failed" || this.#current.policy.isDown;
  }

  /** Whether clients are refused: it has failed and is not to be tried yet, or cannot be started. */
  get isDown(): boolean {
    const { incarnation, policy, state } = this.#current;
    return (incarnation ?? policy).isUnstarted || state.isPausing;
  }

  /** Why not the newest version serves, but an earlier one; null if it does. */
  get rolledBack(): RolledBack | null {
    const { rolledBack } = this.restarts;
    return rolledBack?.spec === this.spec ? rolledBack : null;
  }

  /** The time until a host that has failed is tried again, ms: at 0 the next event starts it. Null if it has not failed. */
  get nextTry(): number | null {
    return this.#current.state.nextTry;
  }

  /** Bytes of memory that the host uses; 0 without a host, and while it is not known. */
  get usedBytes(): number {
    return this.#current.host?.usedBytes?.() ?? 0;
  }

  /** How long the host has been busy since its start, ms; null without a host, and while it is not known. */
  get busyMs(): number | null {
    return this.#current.host?.busyMs?.() ?? null;
  }

  get name(): string {
    return this.spec.name;
  }

  get spec(): HostSpec {
    return this.#current.spec;
  }

  push(event: ScriptEvent): void {
    if (event.kind === "abort") this.handover.draining?.abort(event);
    if (event.kind === "reply" && this.handover.draining?.takesReply(event) === true) return;
    if (this.#current.state.isPausing) return this.#front.lifecycle.onRefused(event);
    this.dispatcher.push(event);
    this.wake();
  }

  /** Starts a host that rests: an event has come, or a client is about to come in. */
  wake(): void {
    if (this.#current.state.isResting) this.#current.start();
  }

  /** The next incarnation is started with this spec; the current one continues. */
  update(spec: HostSpec): void {
    this.#current.spec = spec;
  }

  /** A turn of the front: `ms` have passed, or less. */
  watch(ms: number): void {
    this.handover.watch(ms);
    this.#watch.turn(ms);
    this.age.look(this.dispatcher, ms);
  }

  /** A host that hangs is stopped, and restarted as after a crash. */
  onStands(ms: number): void {
    const { host, incarnation } = this.#current;
    if (host === null || !this.#watch.hangs(host, ms)) return;
    endHanging(host, ms, (exit) => {
      if (this.#current.host !== host) return;
      void incarnation?.stop();
      this.onExit(exit, "hang");
    });
  }

  /**
   * Puts other scripts in place of those that run, which serve until the new ones are ready. Resolves with null when
   * the new ones serve, or with the reason, in one line, why the old ones still do.
   */
  async replace(spec: HostSpec, reason: ReloadReason, options: Replacement = {}): Promise<string | null> {
    const { departure = null, mustLoad = false } = options;
    do await this.handover.previous;
    while (this.handover.previous !== undefined);
    const { host, policy, state } = this.#current;
    if (state.kind === "stopped") return null;
    if (state.kind === "serving") policy.approve(this.spec);
    policy.renew();
    if (mustLoad && state.kind !== "serving" && !isProgramHost(spec))
      return await this.#current.load(spec, reason);
    if (state.kind !== "serving" || !canHandOver(this.spec, host))
      return await this.#current.restart(spec, reason, departure);
    if (this.handover.isUnderWay) return "another version is about to take over";
    return await this.handover.start(this.#launch(spec), { reason, departure });
  }

  /** Runs `onStop` of its scripts, within `limit` ms, and no longer serves anything when `isDone` returns true. */
  async finish(limit = FINISH_LIMIT, isDone: () => boolean = () => true): Promise<void> {
    await Promise.all([this.#current.finish(limit, isDone), this.handover.finishLeaving(limit)]);
  }

  onFinished(): void {
    this.#current.finished();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#current.stop(), this.handover.stop()]);
  }

  /** The role of an incarnation: the current one serves. */
  roleOf(incarnation: number): HostRole | null {
    return this.#current.incarnation?.number === incarnation ? this : this.handover.roleOf(incarnation);
  }

  /** Without a script that has started, the host is as good as dead. */
  onFailing({ problem, scripts, isWhole }: FailingScripts): void {
    this.#failing = scripts;
    if (!isWhole) return;
    void this.#current.incarnation?.stop();
    this.onExit({ reason: problem ?? "", event: 0, phase: "loading", promised: [] });
  }

  failsAlready(scripts: readonly string[]): boolean {
    for (const name of scripts) if (!this.#failing.includes(name)) return false;
    return true;
  }

  onReady(): void {
    const { host, incarnation, policy, reason, spec } = this.#current;
    if (host === null || incarnation === null) return;
    this.#current.serves(incarnation, spec);
    const previous = { reason, draining: this.dispatcher.heldSessions, leaving: this.handover };
    const first = takeoverEvents(spec, this.#front.sessions, previous);
    policy.serves(this.dispatcher.connect(host, first));
    this.#front.reports.onHost?.("started");
    this.#front.lifecycle.onReady();
  }

  /**
   * While events wait for the host, the flush is held for one more batch: many small turns would mean a round of socket
   * writes for each.
   */
  onCommit(commit: Commit): void {
    const { incarnation } = this.#current;
    if (incarnation === null) return;
    const problem = this.dispatcher.problemWith(commit);
    if (problem !== null) throw new Error(problem);
    this.#current.works(incarnation);
    this.handover.confirm();
    this.#front.output.apply(commit);
    const hasMore = this.dispatcher.acknowledge(commit);
    incarnation.isFlushHeld = hasMore && !commit.urgent && !incarnation.isFlushHeld;
    this.#front.output.flush(incarnation.isFlushHeld);
    this.handover.proceed();
  }

  onFollow(): Snapshot {
    return this.#front.feed.follow(null);
  }

  onQuestion(question: Question, reply: (answer: Answer) => void): void {
    this.#front.lifecycle.onQuestion(question, reply);
  }

  onExit(exit: HostExit, reason: "crash" | "hang" = "crash"): void {
    const { output, reports, sessions } = this.#front;
    const { policy, spec } = this.#current;
    // Before it is given up: a session whose close is lost no longer has an id.
    const suspect = this.dispatcher.delivered(exit.event);
    const words = suspect === undefined ? "" : eventText(suspect, reports);
    const known = suspect === undefined ? undefined : eventFields(suspect, exit.event, reports);
    const losses = this.#current.giveUp(exit);
    const culprit = losses.culprit === null ? "" : words;
    if (losses.culprit !== null && reason === "hang") this.#front.lifecycle.onHung(losses.culprit);
    const about = losses.culprit === null || known === undefined ? {} : { fields: known };
    this.restarts.note(exit, reason);
    const wasFailing = this.isFailing;
    // The version that was about to take over does so now: as far as is known, it loads.
    const incoming = this.handover.abandon();
    const limits = policy.shedLimits(spec, exit);
    const verdict = policy.died(spec, exit, losses.culprit !== null);
    const isLast = incoming === null && verdict.kind === "fail";
    this.restarts.last = crashReport({ ...losses, name: spec.name, exit, reason, culprit, isLast, ...about });
    if (!wasFailing) this.restarts.failingSince = this.#front.time.clock.now();
    reports.onReport(this.restarts.last);
    // The state that has filled a host would fill the next one.
    if (limits !== null) this.#current.report(shedReport(spec.name, sessions.shed(limits)));
    output.flush(false);
    this.#current.report(verdict.report);
    if (incoming === null) this.restarts.returned(spec, verdict, this.#front.time.clock.now());
    const next = { spec: incoming ?? verdict.spec, reason };
    if (isLast) this.#current.fail(next, verdict.delay);
    else this.#current.startAgain(next, incoming === null ? verdict.delay : 0);
  }

  onTakeover(incarnation: Incarnation, event: TakeoverEvent): void {
    if (incarnation.host === null) return;
    this.#current.works(incarnation);
    this.#current.serves(incarnation, incarnation.spec);
    const draining = event.state?.draining ?? [];
    this.#current.policy.serves(this.dispatcher.handOver(incarnation.host, event, draining));
  }

  onServingLost(): void {
    void this.#current.restart(this.spec, "crash", null);
  }

  onDrainingDied(exit: HostExit, end: DrainingEnd): void {
    this.#front.reports.onReport(drainingCrashReport({ name: this.name, exit, culprit: "", ...end }));
  }

  onFinishCut(cut: FinishCut): void {
    this.#front.reports.onReport(finishCutReport(this.name, cut));
  }
}
