// Front: the host that a supervisor keeps running: its incarnation, its state, and what starts next.
import type { ReloadReason } from "../../boundary/events.ts";
import type { Host, HostExit } from "../../boundary/host.ts";
import { hasLifeHooks, type HostSpec } from "../../boundary/host-spec.ts";
import type { Losses } from "../dispatch/dispatch-ports.ts";
import type { Dispatcher } from "../dispatch/dispatcher.ts";
import type { Departure } from "../handover/departure.ts";
import type { HandoverCoordinator } from "../handover/handover-coordinator.ts";
import type { Incarnation } from "../incarnation/incarnation.ts";
import type { FrontPorts } from "./front-ports.ts";
import { failureReport, finishCutReport, type HostReport } from "./host-report.ts";
import type { Launcher } from "./launcher.ts";
import { actsAlone, RestartPolicy } from "./restart-policy.ts";
import { NO_CULPRIT, RunState } from "./run-state.ts";

/** It is one host to the front, whichever incarnation serves. Between two of them it has none. */
export class CurrentHost {
  readonly state: RunState;
  readonly policy: RestartPolicy;
  incarnation: Incarnation | null = null;
  #next: NextStart;
  /** The incarnation that runs `onStop` while it serves; null when none does. */
  #finishing: Incarnation | null = null;
  readonly #parts: CurrentHostParts;

  constructor(spec: HostSpec, parts: CurrentHostParts) {
    const { clock } = parts.front.time;
    this.state = new RunState(clock);
    this.policy = new RestartPolicy(clock);
    this.#next = { spec, reason: null };
    this.#parts = parts;
  }

  get spec(): HostSpec {
    return this.#next.spec;
  }

  /** The next incarnation is started with this spec. */
  set spec(spec: HostSpec) {
    this.#next = { ...this.#next, spec };
  }

  /** Why another incarnation had the sessions before; null when none had. */
  get reason(): ReloadReason | null {
    return this.#next.reason;
  }

  /** Null while the incarnation waits for its permit, too. */
  get host(): Host | null {
    return this.incarnation?.host ?? null;
  }

  readonly start = (): void => {
    if (this.state.isStarted) return;
    this.state.become("starting");
    this.policy.starts();
    this.incarnation = this.#parts.launch(this.spec);
  };

  /** An incarnation serves, and gets its takeover next. */
  serves(incarnation: Incarnation, spec: HostSpec): void {
    this.state.become("serving");
    this.incarnation = incarnation;
    this.#next = { spec, reason: null };
  }

  /** An incarnation has committed, or has taken over. */
  works(incarnation: Incarnation): void {
    if (incarnation.hasCommitted) return;
    incarnation.hasCommitted = true;
    this.report(this.policy.works(incarnation.spec));
  }

  /** No message of the incarnation has an effect from here on. */
  giveUp(exit: HostExit): Losses {
    const { dispatcher, front, handover } = this.#parts;
    this.incarnation?.queue.finish();
    this.incarnation = null;
    handover.confirm();
    front.reports.onHost?.("ended");
    front.lifecycle.onGivenUp();
    return dispatcher.disconnect(exit);
  }

  /** No session is served and nothing is kept: the next event starts the host again. */
  rest(): void {
    const old = this.incarnation;
    this.giveUp(NO_CULPRIT);
    this.state.become("idle");
    void this.#finish(old);
  }

  /**
   * Runs `onStop` of its scripts, within `limit` ms. It serves nothing after that. If it is not done, it goes on to
   * serve meanwhile: a session whose close comes late has its `onClose`, even beside `onStop`.
   */
  async finish(limit: number, isDone: () => boolean): Promise<void> {
    if (limit <= 0) return;
    if (!isDone()) return await this.#finishBeside(limit, isDone);
    const old = this.incarnation;
    if (this.state.kind !== "serving") return;
    this.giveUp(NO_CULPRIT);
    this.state.become("stopped");
    await this.#finish(old, limit);
  }

  /** The incarnation has run `onStop` while it served. */
  finished(): void {
    this.#finishing = null;
  }

  // An incarnation that dies meanwhile is followed by another one, which gets the closes and has no `onStop`.
  async #finishBeside(limit: number, isDone: () => boolean): Promise<void> {
    const { clock } = this.#parts.front.time;
    const end = clock.ticks() + limit;
    const host = this.state.kind === "serving" ? this.host : null;
    if (host?.finish?.(limit) === true) this.#finishing = this.incarnation;
    const isOver = (): boolean =>
      isDone() && (this.#finishing === null || this.#finishing !== this.incarnation);
    while (!isOver() && clock.ticks() < end)
      await new Promise<void>((resolve) => clock.after(LOOK_EVERY, resolve));
    const old = this.incarnation;
    if (this.#finishing !== null && this.#finishing === old)
      this.report(finishCutReport(this.spec.name, { exit: null, ms: limit, place: "" }));
    if (this.state.kind === "serving") this.giveUp(NO_CULPRIT);
    this.state.become("stopped");
    await old?.stop();
  }

  async #finish(old: Incarnation | null, limit?: number): Promise<void> {
    if (old?.host === null || old === null) await old?.stop();
    else await this.#parts.handover.finish(old.host, limit);
  }

  async stop(): Promise<void> {
    const old = this.incarnation;
    old?.queue.finish();
    this.state.become("stopped");
    this.incarnation = null;
    await old?.stop();
  }

  /** Without a host that serves, or with one that cannot hand over, the new version simply starts. */
  async restart(spec: HostSpec, reason: ReloadReason, departure: Departure | null): Promise<null> {
    const old = this.incarnation;
    const isNeeded = this.state.kind !== "idle";
    const hasServed = this.state.kind === "serving";
    // Sessions that a crash has left without a state are notified of the crash.
    const first = this.reason ?? reason;
    this.#next = { spec, reason: first };
    this.giveUp(NO_CULPRIT);
    this.state.become("idle");
    departure?.depart(this.#parts.dispatcher, null, first);
    // Two versions of a program cannot listen at the same time, nor can the work of their ends and starts overlap.
    const ended = hasServed ? this.#finish(old) : old?.stop();
    if (hasServed && old !== null && hasLifeHooks(old.spec)) await ended;
    if (isNeeded) this.start();
    await ended;
    return null;
  }

  /** No version serves, so this one takes over as soon as it has loaded. If it does not, all is as before. */
  async load(spec: HostSpec, reason: ReloadReason): Promise<string | null> {
    const { dispatcher, handover, launch } = this.#parts;
    const old = this.incarnation;
    this.giveUp(NO_CULPRIT);
    this.state.become("starting");
    const task = { reason: this.reason ?? reason, departure: null };
    const [problem] = await Promise.all([handover.start(launch(spec), task), old?.stop()]);
    if (this.state.kind !== "starting" || this.incarnation !== null) return problem;
    this.state.become("idle");
    if (old !== null || dispatcher.waiting > 0) this.start();
    return problem;
  }

  /** It has died: this version starts after the pause. */
  startAgain(next: NextStart, pause: number): void {
    this.#next = next;
    this.state.wait("restarting", pause, pause === 0 ? null : this.start);
    if (pause === 0) this.start();
  }

  /**
   * No version works. A host that does something without clients is tried again by itself, any other with its first
   * event after the pause.
   */
  fail(next: NextStart, pause: number): void {
    this.#next = next;
    const isAlone = actsAlone(this.spec);
    this.state.wait("failed", pause, isAlone ? this.start : null);
    this.#parts.front.lifecycle.onFailed();
    this.report(failureReport(this.spec.name, pause, isAlone));
  }

  report(report: HostReport | null): void {
    if (report !== null) this.#parts.front.reports.onReport(report);
  }
}

/** The start of the next incarnation. */
interface NextStart {
  readonly spec: HostSpec;
  /** Null when no other one had the sessions before. */
  readonly reason: ReloadReason | null;
}

interface CurrentHostParts {
  readonly front: FrontPorts;
  readonly dispatcher: Dispatcher;
  readonly handover: HandoverCoordinator;
  readonly launch: Launcher;
}

/** How often is looked whether it is done, ms. */
const LOOK_EVERY = 10;
