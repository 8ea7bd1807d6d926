// Front: the host that a supervisor keeps running: its incarnation, its state, and what starts next.
import type { ReloadReason } from "../../boundary/events.ts";
import type { Host, HostExit } from "../../boundary/host.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { Dispatcher, Losses } from "../dispatch/dispatcher.ts";
import type { Departure } from "../handover/departure.ts";
import type { HandoverCoordinator } from "../handover/handover-coordinator.ts";
import type { Incarnation } from "../incarnation/incarnation.ts";
import type { FrontPorts } from "./front-ports.ts";
import { failureReport, type HostReport } from "./host-report.ts";
import type { Launcher } from "./launcher.ts";
import { actsAlone, RestartPolicy } from "./restart-policy.ts";
import { NO_CULPRIT, RunState } from "./run-state.ts";

/** It is one host to the front, whichever incarnation serves. Between two of them it has none. */
export class CurrentHost {
  readonly state: RunState;
  readonly policy: RestartPolicy;
  incarnation: Incarnation | null = null;
  #next: NextStart;
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
    front.lifecycle.onGivenUp();
    return dispatcher.disconnect(exit);
  }

  /** No session is served and nothing is kept: the next event starts the host again. */
  rest(): void {
    const old = this.incarnation;
    this.giveUp(NO_CULPRIT);
    this.state.become("idle");
    void old?.stop();
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
    // Sessions that a crash has left without a state are notified of the crash.
    const first = this.reason ?? reason;
    this.#next = { spec, reason: first };
    this.giveUp(NO_CULPRIT);
    this.state.become("idle");
    departure?.depart(this.#parts.dispatcher, null, first);
    if (isNeeded) this.start();
    await old?.stop();
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
