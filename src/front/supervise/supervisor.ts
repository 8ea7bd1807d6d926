import { Dispatcher } from "../dispatch/dispatcher.ts";
import type { ReloadReason, ScriptEvent } from "../../boundary/events.ts";
import type { HandoverResult } from "../../boundary/handover.ts";
import { crashMessage, CrashReport, drainingCrashMessage, NO_CULPRIT } from "./crash-message.ts";
import { DrainingHost } from "../handover/draining-host.ts";
import { takeoverEvents } from "../handover/takeover-events.ts";
import type { FrontPorts } from "./front-ports.ts";
import { HangWatch, isAtWork, limitFor } from "./hang-watch.ts";
import { defaultBounds, type HostFactory, type HostSpec } from "../../boundary/host-spec.ts";
import { IdleWatch, keepsNothing } from "./idle-watch.ts";
import { RestartPolicy } from "./restart-policy.ts";
import { hostMessageRouter, type HostRoles } from "../handover/host-message-router.ts";
import { TickWindow } from "./tick-window.ts";
import { canHandOver, HandoverCoordinator, type Takeover } from "../handover/handover-coordinator.ts";
import type { Timer } from "../../boundary/clock.ts";
import type { Commit } from "../../boundary/batch.ts";
import type { Host, HostExit } from "../../boundary/host.ts";

export type SupervisorState = "idle" | "starting" | "serving" | "swapping" | "restarting" | "failed";

/**
 * Keeps one host running: starts it when its first event comes, a fresh incarnation when it has died, and a new version
 * beside it, which takes its place. Whatever an incarnation says that has been given up is discarded.
 */
export class Supervisor {
  readonly dispatcher: Dispatcher;
  #spec: HostSpec;
  readonly #makeHost: HostFactory;
  readonly #front: FrontPorts;
  readonly #policy: RestartPolicy;
  readonly #roles: HostRoles;
  readonly #watch = new HangWatch();
  readonly #idle: IdleWatch;
  #host: Host | null = null;
  #state: Exclude<SupervisorState, "swapping"> = "idle";
  /** A version that is to take the host's place. */
  #swap: HandoverCoordinator | null = null;
  /** One that has taken it and has not said anything yet. */
  #successor: HandoverCoordinator | null = null;
  /** A version that has given its place up and is not done. */
  #elder: DrainingHost | null = null;
  /** The host keeps still until it has retired, or refused to. */
  #paused: Host | null = null;
  #isRetiring = false;
  /** Whether the host has shown that it works. */
  #hasCommitted = false;
  readonly #toll = new CrashReport();
  #backoff: Timer | null = null;
  #isStopped = false;
  /** Why the next incarnation takes sessions over; null when there was none before. */
  #reason: ReloadReason | null = null;
  /** Whether the last flush was held: it is held for one batch at most. */
  #isHeld = false;
  readonly ticks = new TickWindow();
  restarts = 0;
  reloads = 0;
  /** How long it took in the last swap from the last event of the old version to the first of the new one, ms. */
  lastPause = 0;

  constructor(spec: HostSpec, makeHost: HostFactory, front: FrontPorts) {
    this.#spec = spec;
    this.#makeHost = makeHost;
    this.#front = front;
    this.#policy = new RestartPolicy(front.clock);
    this.#roles = this.#rolesOf();
    this.#idle = new IdleWatch((spec.bounds ?? defaultBounds).idleLimit);
    this.dispatcher = new Dispatcher(front.loop, front.limits, {
      onDone: (event) => front.onDone(event),
      onLost: (event, why) => this.#lose(event, why),
      onPressure: (high) => front.onPressure(high),
      takeChanges: () => front.takeChanges(),
    });
  }

  get state(): SupervisorState {
    return this.#swap === null ? this.#state : "swapping";
  }

  get name(): string {
    return this.#spec.name;
  }

  get spec(): HostSpec {
    return this.#spec;
  }

  push(event: ScriptEvent): void {
    if (event.kind === "abort") this.#elder?.abort(event);
    this.dispatcher.push(event);
    if (this.#state === "idle") this.start();
  }

  start(): void {
    if (this.#isStopped || this.#state === "serving" || this.#state === "starting") return;
    this.#state = "starting";
    this.#policy.starts();
    this.#watch.reset();
    this.#hasCommitted = false;
    this.#host = this.#make(this.#spec);
  }

  /** What the next incarnation is started with; the one that runs goes on. */
  update(spec: HostSpec): void {
    this.#spec = spec;
  }

  /** A turn of the front: `ms` have passed, or less. A host that hangs is ended, and replaced like one that died. */
  watch(ms: number): void {
    const limit = (this.#spec.bounds ?? defaultBounds).hangLimit;
    if (this.#swap?.isStuck(ms, limit) === true) this.#refuse("it does not finish loading");
    this.#elder?.watch(ms, limit);
    const host = this.#host;
    if (host === null) return;
    if (this.#idle.check(this.#mayRest, ms)) {
      this.#rest(host);
      return;
    }
    const isAwaited = this.dispatcher.isInFlight || this.#isRetiring;
    // A thread that starts among a hundred others may wait long for its first turn: that is not its script's doing.
    const isLoading = this.#state === "starting" || (!this.#hasCommitted && !isAtWork(host));
    const stood = this.#watch.check(
      {
        host,
        limit: limitFor(this.#spec, limit, () => this.dispatcher.delivered(host.inspect?.("").event ?? 0)),
        isLoading,
        isAwaited,
      },
      ms,
    );
    if (stood === null) return;
    const exit = host.inspect?.(`no progress for ${(stood / 1000).toFixed(1)} s, so it was ended`);
    void host.stop();
    this.#onExit(exit ?? NO_CULPRIT, "hang");
  }

  /**
   * Puts other scripts into the place of those that run, which serve until the new ones are ready. Resolves when that
   * is done, with null; or, when the old ones stay, with the reason in one line.
   */
  async replace(spec: HostSpec, reason: ReloadReason): Promise<string | null> {
    await this.#elder?.ended;
    if (this.#isStopped) return null;
    this.#policy.renew();
    if (this.#state !== "serving" || !canHandOver(this.#spec, this.#host))
      return await this.#restart(spec, reason);
    if (this.#swap !== null) return "another version is about to take over";
    this.#reason = reason;
    this.#swap = new HandoverCoordinator(spec, this.#make(spec), this.#swapPorts());
    return await this.#swap.outcome;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#backoff?.cancel();
    const hosts = [this.#host, this.#swap?.host, this.#elder?.host].flatMap((host) => host ?? []);
    this.#elder?.end();
    this.#swap?.decide(null);
    this.#successor?.decide(null);
    this.#endSwap();
    this.#host = null;
    this.#state = "failed";
    await Promise.all(hosts.map((host) => host.stop()));
  }

  get #mayRest(): boolean {
    const isQuiet = this.state === "serving" && this.#elder === null && this.dispatcher.isIdle;
    return isQuiet && keepsNothing(this.#spec) && this.#front.population() === 0;
  }

  // Nobody is served and nothing is kept: the next event starts it again.
  #rest(host: Host): void {
    this.#giveUp(NO_CULPRIT);
    this.#state = "idle";
    void host.stop();
  }

  // Without a host that serves, or with one that hands nothing over, a new version simply starts.
  async #restart(spec: HostSpec, reason: ReloadReason): Promise<null> {
    const old = this.#host;
    const isNew = this.#state === "idle";
    this.#spec = spec;
    this.#giveUp(NO_CULPRIT);
    this.#backoff?.cancel();
    // Whom a death had left without a state is told of the death.
    this.#reason ??= reason;
    this.#state = "idle";
    if (!isNew) this.start();
    await old?.stop();
    return null;
  }

  #make(spec: HostSpec): Host {
    const incarnation = this.#front.nextIncarnation();
    return this.#makeHost(incarnation, spec, hostMessageRouter(incarnation, this.#roles));
  }

  #rolesOf(): HostRoles {
    return {
      front: this.#front,
      host: () => this.#host,
      swap: () => this.#swap,
      elder: () => this.#elder,
      onReady: () => this.#onReady(),
      onLeft: (left) => void (this.#isRetiring && this.#swap?.onLeft(left)),
      onRetired: (retirement) => this.#onRetired(retirement),
      onCommit: (commit) => this.#onCommit(commit),
      onPulse: (pulse) => this.ticks.add(pulse),
      onExit: (exit) => this.#onExit(exit),
      refuse: (problem) => this.#fallBack(problem),
    };
  }

  #onReady(): void {
    if (this.#host === null) return;
    this.#state = "serving";
    this.#policy.serves(this.dispatcher.connect(this.#host, this.#firstEvents()));
    this.#reason = null;
    this.#front.onReady();
  }

  #firstEvents(): ScriptEvent[] {
    return takeoverEvents(this.#spec, this.#front, {
      reason: this.#reason,
      held: this.dispatcher.heldSessions,
    });
  }

  #swapPorts(): ConstructorParameters<typeof HandoverCoordinator>[2] {
    return {
      front: this.#front,
      onPrepared: (swap) => this.#pause(swap),
      onRetired: (takeOver) => this.#succeed(takeOver),
      onRefused: (problem) => this.#refuse(problem),
    };
  }

  // From here on nothing is delivered until the place has changed hands.
  #pause(swap: HandoverCoordinator): void {
    swap.pausedAt = this.#front.clock.ticks();
    this.#paused = this.dispatcher.pause();
    this.#retireIfQuiet();
  }

  #retireIfQuiet(): void {
    if (this.#paused === null || this.#isRetiring || this.dispatcher.isInFlight) return;
    this.#isRetiring = true;
    this.#watch.reset();
    this.#swap?.onQuiet();
    this.#paused.handOver?.();
  }

  #onRetired(retirement: HandoverResult): void {
    if (this.#isRetiring) this.#swap?.onRetired(retirement);
  }

  #succeed({ state: legacy, sessions: adoptions, ended: gone }: Takeover): void {
    const [swap, old] = [this.#swap, this.#host];
    if (swap === null || old === null) return;
    this.#front.succeed(swap.host.incarnation);
    this.#policy.approve(this.#spec);
    this.#host = swap.host;
    this.#spec = swap.spec;
    this.#watch.reset();
    this.reloads += 1;
    const reason = this.#reason ?? "reload";
    this.#reason = null;
    const adopt: ScriptEvent = { kind: "takeover", sessions: adoptions, ended: gone, state: legacy, reason };
    this.#policy.serves(this.dispatcher.handOver(swap.host, adopt, legacy.draining));
    // When the new host has been told, which is at the end of this turn: it waits for nothing here.
    this.#front.loop.atTurnEnd(() => swap.settle());
    this.#retain(old);
    this.#successor = swap;
    this.#endSwap();
  }

  #retain(old: Host): void {
    this.#toll.reset();
    const text = (exit: HostExit): string => drainingCrashMessage(this.#spec.name, exit, this.#toll);
    const onDeath = (exit: HostExit): void => this.#front.onCrash(text(exit));
    const elder = new DrainingHost(old, { front: this.#front, dispatcher: this.dispatcher, onDeath });
    this.#elder = elder;
    void elder.ended.then(() => this.#elder === elder && (this.#elder = null));
    elder.endIfDone();
  }

  // A version that does not come into its own never replaces a good one.
  #refuse(problem: string): void {
    const swap = this.#swap;
    if (this.#paused !== null) this.dispatcher.resume(this.#paused);
    this.#reason = null;
    this.#endSwap();
    if (swap === null) return;
    swap.decide(problem);
    void swap.host.stop();
  }

  // The version that serves may have given its place up already: then it begins anew, as after a crash.
  #fallBack(problem: string): void {
    const hasRetired = this.#isRetiring;
    this.#refuse(problem);
    if (hasRetired) void this.#restart(this.#spec, "crash");
  }

  // Whoever has not succeeded follows the directory no longer: nobody would ever take what gathers for it.
  #endSwap(): void {
    if (this.#swap !== null) this.#front.forget(this.#swap.host.incarnation);
    this.#swap?.end();
    this.#swap = null;
    this.#paused = null;
    this.#isRetiring = false;
  }

  // The pause is over when the new version has handled something, were it only the take-over.
  #greetSuccessor(swap: HandoverCoordinator): void {
    swap.settle();
    this.lastPause = this.#front.clock.ticks() - swap.pausedAt;
    this.#successor = null;
    swap.decide(null);
  }

  // While events wait for the host, the flush is held for one more batch: many small turns would mean a round of
  // socket writes for each.
  #onCommit(commit: Commit): void {
    this.#hasCommitted = true;
    if (this.#successor !== null) this.#greetSuccessor(this.#successor);
    this.#front.apply(commit);
    const more = this.dispatcher.acknowledge(commit);
    this.#isHeld = more && !commit.urgent && !this.#isHeld;
    this.#front.flush(this.#isHeld);
    if (this.#paused !== null) this.#retireIfQuiet();
  }

  #onExit(exit: HostExit, reason: "crash" | "hang" = "crash"): void {
    const swap = this.#swap;
    this.#giveUp(exit);
    this.restarts += 1;
    this.#front.onCrash(crashMessage(this.#spec.name, exit, this.#toll));
    this.#front.flush(false);
    this.#reason = reason;
    const verdict = this.#policy.died(this.#spec, exit);
    // What was about to take over does so now: it loads, as far as is known.
    this.#spec = swap?.spec ?? verdict.spec;
    this.#endSwap();
    swap?.decide(null);
    void swap?.host.stop();
    if (verdict.warning !== null) this.#front.onWarning(verdict.warning);
    this.#startAgain(swap === null ? verdict.delay : 0);
  }

  #startAgain(delay: number | null): void {
    this.#state = delay === null ? "failed" : "restarting";
    if (delay === null) this.#front.onFailed();
    else if (delay === 0) this.start();
    else this.#backoff = this.#front.clock.after(delay, () => this.start());
  }

  #lose(event: ScriptEvent, why: "culprit" | "interrupted"): void {
    this.#toll.add(event, why, (session) => this.#front.idOf(session));
    this.#front.onLost(event, why);
  }

  #giveUp(exit: HostExit): void {
    this.#host = null;
    this.#isHeld = false;
    if (this.#successor !== null) this.#greetSuccessor(this.#successor);
    this.#toll.reset();
    this.#front.onGivenUp();
    this.dispatcher.disconnect(exit);
  }
}
