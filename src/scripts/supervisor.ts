import type { Answer, Question } from "../core/claims.ts";
import { Dispatcher, type DispatchLimits } from "../core/dispatch.ts";
import type { DirectoryChange, Snapshot } from "../core/directory.ts";
import type { Adoption, ReloadReason, ScriptEvent, SessionRef } from "../core/events.ts";
import type { Clock, Commit, Host, HostExit, HostListener, LogLine, Loop, Timer } from "../core/ports.ts";
import type { HostFactory, HostSpec } from "./host.ts";

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
  /** The host has died while loading, time and again: nobody is served until it is reloaded. */
  onFailed(): void;
  follow(): Snapshot;
  ask(question: Question, reply: (answer: Answer) => void): void;
  unfollow(): void;
  takeChanges(): readonly DirectoryChange[];
  adoptions(): Adoption[];
}

export type SupervisorState = "idle" | "starting" | "serving" | "restarting" | "failed";

/** Deaths in a row without any progress after which a host is given up. */
const LOADS_TO_FAIL = 3;
/** A host that has lived for so long has loaded, even if no event came, ms. */
const LOADED = 10_000;
const BACKOFF_MIN = 100;
const BACKOFF_MAX = 5000;

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
  #backoff: Timer | null = null;
  /** Why the next incarnation takes sessions over; null when there was none before. */
  #reason: ReloadReason | null = null;
  /** Whether the last flush was held: it is held for one batch at most. */
  #isHeld = false;
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
    const incarnation = this.#front.nextIncarnation();
    this.#host = this.#makeHost(incarnation, this.#spec, this.#listenerFor(incarnation));
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

  #onExit(exit: HostExit): void {
    const hasProgressed = this.#hasProgressed(exit);
    this.#giveUp(exit);
    this.restarts += 1;
    this.#front.onDeath(deathText(this.#spec.name, exit, this.#culprit));
    this.#front.flush(false);
    this.#reason = "crash";
    if (hasProgressed) {
      this.#loadDeaths = 0;
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
    this.#front.onLost(event, why);
  }

  #retryLoading(): void {
    this.#loadDeaths += 1;
    if (this.#loadDeaths >= LOADS_TO_FAIL) {
      this.#state = "failed";
      this.#front.onFailed();
      return;
    }
    this.#state = "restarting";
    const delay = Math.min(BACKOFF_MAX, BACKOFF_MIN * 2 ** (this.#loadDeaths - 1));
    this.#backoff = this.#front.clock.after(delay, () => this.start());
  }

  #giveUp(exit: HostExit): void {
    this.#host = null;
    this.#isHeld = false;
    this.#culprit = "";
    this.#front.unfollow();
    this.dispatcher.disconnect(exit);
  }
}

const NO_CULPRIT: HostExit = { reason: "", event: 0, phase: "idle", promised: [] };

function deathText(name: string, exit: HostExit, culprit: string): string {
  const at = culprit === "" ? phaseText(exit) : `while handling ${culprit}`;
  return `${name} ended ${at}: ${exit.reason}; it starts again and its sessions stay connected`;
}

function phaseText(exit: HostExit): string {
  const words = { idle: "while idle", loading: "while loading", event: "at an event", tick: "in a tick" };
  if (exit.phase === "timer") return "in a timer";
  return exit.phase === "microtasks" ? "after its handlers had returned" : words[exit.phase];
}
