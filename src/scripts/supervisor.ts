import type { Answer, Question } from "../core/claims.ts";
import { Dispatcher, type DispatchLimits } from "../core/dispatch.ts";
import type { DirectoryChange, Snapshot } from "../core/directory.ts";
import type { Adoption, ReloadReason, ScriptEvent, SessionRef } from "../core/events.ts";
import type { Clock, Commit, Host, HostExit, HostListener, LogLine, Loop, Timer } from "../core/ports.ts";
import { HangWatch } from "./hang-watch.ts";
import { defaultBounds, type HostFactory, type HostSpec } from "./host.ts";

/** What a supervisor needs of the front. */
export interface FrontPorts {
  readonly clock: Clock;
  readonly loop: Loop;
  readonly limits: DispatchLimits;
  /** A number for a fresh host, never used before. */
  nextIncarnation(): number;
  apply(commit: Commit): void;
  /** Writes to the sockets now, or holds the writing for one more batch. */
  flush(mayHold: boolean): void;
  onLog(line: LogLine): void;
  onDone(event: ScriptEvent): void;
  onLost(event: ScriptEvent, why: "culprit" | "interrupted"): void;
  onPressure(high: boolean): void;
  /** The host has died, or cannot be started; what it was told in one line. */
  onDeath(text: string): void;
  /** A session's public id. */
  idOf(session: SessionRef): string;
  /** Something that a person should look at, in one line. */
  onWarning(text: string): void;
  /** The host has died while loading, time and again: nobody is served until it is reloaded. */
  onFailed(): void;
  follow(): Snapshot;
  ask(question: Question, reply: (answer: Answer) => void): void;
  /** The host has begun. */
  onReady(): void;
  /** The incarnation is over: it follows nothing and owns nothing any more. */
  onGivenUp(): void;
  takeChanges(): readonly DirectoryChange[];
  adoptions(): Adoption[];
}

export type SupervisorState = "idle" | "starting" | "serving" | "restarting" | "failed";

/** Deaths in a row without any progress after which a version is given up. */
const LOADS_TO_FAIL = 3;
/** A host that has lived for so long has loaded, even if no event came, ms. */
const LOADED = 10_000;
const BACKOFF_MIN = 100;
const BACKOFF_MAX = 5000;
/** More deaths than this in so many ms are told: each has cost an event. */
const MANY_DEATHS = 10;
const MANY_DEATHS_WITHIN = 10_000;
/** A cron job may take this long, ms. */
const JOB_LIMIT = 60_000;

/**
 * Keeps one host running: starts it when its first event comes, and a fresh incarnation when it has died, which takes
 * over the sessions and what waits. It discards whatever an incarnation says that has been given up.
 */
export class Supervisor {
  readonly dispatcher: Dispatcher;
  #spec: HostSpec;
  readonly #makeHost: HostFactory;
  readonly #front: FrontPorts;
  #host: Host | null = null;
  #state: SupervisorState = "idle";
  #loadDeaths = 0;
  #readyAt = 0;
  /** The number of the first event for the incarnation beyond the sessions that it takes over. */
  #firstEvent = 0;
  #culprit = "";
  #interrupted = 0;
  #backoff: Timer | null = null;
  /** Why the next incarnation takes sessions over; null when there was none before. */
  #reason: ReloadReason | null = null;
  /** Whether the last flush was held: it is held for one batch at most. */
  #isHeld = false;
  /** The last version that has handled something: what a newer one gives way to. */
  #good: HostSpec | null = null;
  #deaths: number[] = [];
  readonly #watch = new HangWatch();
  restarts = 0;

  constructor(spec: HostSpec, makeHost: HostFactory, front: FrontPorts) {
    this.#spec = spec;
    this.#makeHost = makeHost;
    this.#front = front;
    this.dispatcher = new Dispatcher(front.loop, front.limits, {
      onDone: (event) => front.onDone(event),
      onLost: (event, why) => this.#lose(event, why),
      onPressure: (high) => front.onPressure(high),
      takeChanges: () => front.takeChanges(),
    });
  }

  get state(): SupervisorState {
    return this.#state;
  }

  get name(): string {
    return this.#spec.name;
  }

  get spec(): HostSpec {
    return this.#spec;
  }

  push(event: ScriptEvent): void {
    this.dispatcher.push(event);
    if (this.#state === "idle") this.start();
  }

  start(): void {
    if (this.#state === "serving" || this.#state === "starting") return;
    this.#state = "starting";
    this.#watch.reset();
    const incarnation = this.#front.nextIncarnation();
    this.#host = this.#makeHost(incarnation, this.#spec, this.#listenerFor(incarnation));
  }

  /** What the next incarnation is started with; the one that runs goes on. */
  update(spec: HostSpec): void {
    this.#spec = spec;
  }

  /** A turn of the front: `ms` have passed, or less. A host that hangs is ended, and replaced like one that died. */
  watch(ms: number): void {
    const host = this.#host;
    if (host === null) return;
    const isLoading = this.#state === "starting";
    const { isInFlight } = this.dispatcher;
    const stood = this.#watch.check(
      { host, limit: this.#limitOf(host), isLoading, isAwaited: isInFlight },
      ms,
    );
    if (stood === null) return;
    const exit = host.inspect?.(`no progress for ${(stood / 1000).toFixed(1)} s, so it was ended`);
    void host.stop();
    this.#onExit(exit ?? NO_CULPRIT, "hang");
  }

  /** Ends the host and starts it with new scripts, which take over the sessions. */
  async replace(spec: HostSpec, reason: ReloadReason): Promise<void> {
    const old = this.#host;
    const isNew = this.#state === "idle";
    this.#spec = spec;
    this.#giveUp(NO_CULPRIT);
    this.#loadDeaths = 0;
    this.#backoff?.cancel();
    this.#reason = reason;
    this.#state = "idle";
    if (!isNew) this.start();
    await old?.stop();
  }

  async stop(): Promise<void> {
    this.#backoff?.cancel();
    const host = this.#host;
    this.#host = null;
    this.#state = "failed";
    await host?.stop();
  }

  #listenerFor(incarnation: number): HostListener {
    const current = (): boolean => this.#host?.incarnation === incarnation;
    return {
      onReady: () => void (current() && this.#onReady()),
      onCommit: (commit) => void (current() && this.#onCommit(commit)),
      onLog: (line) => this.#front.onLog(line),
      onExit: (exit) => void (current() && this.#onExit(exit)),
      onFollow: () => (current() ? this.#front.follow() : []),
      onAsk: (question, reply) => {
        if (current()) this.#front.ask(question, reply);
      },
    };
  }

  #onReady(): void {
    if (this.#host === null) return;
    this.#state = "serving";
    this.#readyAt = this.#front.clock.ticks();
    this.#firstEvent = this.dispatcher.connect(this.#host, this.#takeOver());
    this.#reason = null;
    this.#front.onReady();
  }

  #takeOver(): ScriptEvent[] {
    if (this.#reason === null) return [];
    const adoptions = this.#front.adoptions();
    return adoptions.length === 0 ? [] : [{ kind: "adopt", adoptions, reason: this.#reason }];
  }

  // While events wait for the host, the flush is held for one more batch: many small turns would mean a round of
  // socket writes for each.
  #onCommit(commit: Commit): void {
    this.#front.apply(commit);
    const more = this.dispatcher.acknowledge(commit);
    this.#isHeld = more && !commit.urgent && !this.#isHeld;
    this.#front.flush(this.#isHeld);
  }

  // Cron jobs share a host with handlers that must be quick.
  #limitOf(host: Host): number {
    const { hangLimit } = this.#spec.bounds ?? defaultBounds;
    if (hangLimit === 0 || !this.#hasJobs) return hangLimit;
    const isJob = this.dispatcher.delivered(host.inspect?.("").event ?? 0)?.kind === "run";
    return isJob ? Math.max(hangLimit, JOB_LIMIT) : hangLimit;
  }

  get #hasJobs(): boolean {
    return this.#spec.scripts.some(({ info }) => info.kind === "cron");
  }

  #onExit(exit: HostExit, reason: "crash" | "hang" = "crash"): void {
    const hasProgressed = this.#hasProgressed(exit);
    this.#giveUp(exit);
    this.restarts += 1;
    this.#front.onDeath(`${deathText(this.#spec.name, exit, this.#culprit)}${lostText(this.#interrupted)}`);
    this.#front.flush(false);
    this.#reason = reason;
    if (hasProgressed) {
      this.#loadDeaths = 0;
      this.#good = this.#spec;
      this.#countDeath();
      this.#state = "restarting";
      this.start();
    } else this.#retryLoading();
  }

  // A death by an event restarts at once, because the event is gone with it. What dies of the take-over, or of its first
  // tick, would die for ever.
  #hasProgressed(exit: HostExit): boolean {
    if (this.#state !== "serving") return false;
    return exit.event >= this.#firstEvent || this.#front.clock.ticks() - this.#readyAt >= LOADED;
  }

  #lose(event: ScriptEvent, why: "culprit" | "interrupted"): void {
    const session = "session" in event ? ` of session ${this.#front.idOf(event.session)}` : "";
    if (why === "culprit") this.#culprit = `${event.kind}${session}`;
    else this.#interrupted += 1;
    this.#front.onLost(event, why);
  }

  #countDeath(): void {
    const now = this.#front.clock.ticks();
    this.#deaths = [...this.#deaths.filter((at) => at > now - MANY_DEATHS_WITHIN), now];
    if (this.#deaths.length <= MANY_DEATHS) return;
    const seconds = MANY_DEATHS_WITHIN / 1000;
    this.#front.onWarning(
      `${this.name}: ended ${this.#deaths.length} times in ${seconds} s, each time by an event`,
    );
    this.#deaths = [];
  }

  #retryLoading(): void {
    this.#loadDeaths += 1;
    if (this.#loadDeaths >= LOADS_TO_FAIL && !this.#goBack()) {
      this.#state = "failed";
      this.#front.onFailed();
      return;
    }
    this.#state = "restarting";
    const delay = Math.min(BACKOFF_MAX, BACKOFF_MIN * 2 ** (this.#loadDeaths - 1));
    this.#backoff = this.#front.clock.after(delay, () => this.start());
  }

  // Answers false when there is no other version to go back to.
  #goBack(): boolean {
    const good = this.#good;
    this.#good = null;
    if (good === null || good === this.#spec) return false;
    this.#front.onWarning(
      `${this.name}: died ${LOADS_TO_FAIL} times while loading; the version before it serves again`,
    );
    this.#spec = good;
    this.#loadDeaths = 1;
    return true;
  }

  #giveUp(exit: HostExit): void {
    this.#host = null;
    this.#isHeld = false;
    this.#culprit = "";
    this.#interrupted = 0;
    this.#front.onGivenUp();
    this.dispatcher.disconnect(exit);
  }
}

const NO_CULPRIT: HostExit = { reason: "", event: 0, phase: "idle", promised: [] };

function deathText(name: string, exit: HostExit, culprit: string): string {
  const at = culprit === "" ? phaseText(exit) : `while handling ${culprit}`;
  return `${name} ended ${at}: ${exit.reason}; it starts again and its sessions stay connected`;
}

function lostText(handlers: number): string {
  if (handlers === 0) return "";
  if (handlers === 1) return "; 1 handler that waited for a promise is not run again";
  return `; ${handlers} handlers that waited for a promise are not run again`;
}

function phaseText(exit: HostExit): string {
  const words = { idle: "while idle", loading: "while loading", event: "at an event", tick: "in a tick" };
  if (exit.phase === "timer") return "in a timer";
  return exit.phase === "microtasks" ? "after its handlers had returned" : words[exit.phase];
}
