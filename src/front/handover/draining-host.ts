import type { Dispatcher } from "../dispatch/dispatcher.ts";
import type { ReloadReason, ScriptEvent } from "../../boundary/events.ts";
import type { SessionHandover } from "../../boundary/handover.ts";
import { rejoinEvent } from "./takeover-events.ts";
import type { FrontPorts } from "../supervise/front-ports.ts";
import { HangWatch, isAtWork } from "../supervise/hang-watch.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { Timer } from "../../boundary/clock.ts";
import type { Commit } from "../../boundary/batch.ts";
import type { Host, HostExit } from "../../boundary/host.ts";

/** For how long a handler of the version before may go on waiting for its promise, ms. */
const GRACE = 5000;

/** What somebody who has a retired host on his hands needs. */
export interface DrainingPorts {
  readonly front: Pick<FrontPorts, "clock" | "apply" | "flush" | "refresh" | "snapshotsOf">;
  readonly dispatcher: Dispatcher;
  /** It has died, or hung and been ended; what that has cost has been counted. */
  onDeath(exit: HostExit): void;
}

/**
 * A host that has been replaced and still has handlers that wait for a promise. What these do has its effect; their
 * sessions follow one by one. When all are done, or the grace is over, it ends.
 */
export class DrainingHost {
  readonly host: Host;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly #ports: DrainingPorts;
  readonly #grace: Timer;
  #onEnded: () => void = () => undefined;
  readonly #watch = new HangWatch();
  #isOver = false;

  constructor(host: Host, ports: DrainingPorts) {
    this.host = host;
    this.#ports = ports;
    this.ended = new Promise((resolve) => (this.#onEnded = resolve));
    this.#grace = ports.front.clock.after(GRACE, () => this.end());
  }

  /** A client has gone whose request it may be handling still: what is not its own it does not know. */
  abort(event: ScriptEvent): void {
    if (!this.#isOver) this.host.deliver({ first: 1, events: [event], changes: [] });
  }

  onCommit(commit: Commit): void {
    if (this.#isOver) return;
    this.#ports.front.apply(commit);
    this.#ports.dispatcher.settleDraining(commit);
    this.#ports.front.flush(false);
    this.endIfDone();
  }

  onReleased(legacy: SessionHandover): void {
    if (this.#isOver) return;
    this.#release(legacy.session, legacy);
    this.endIfDone();
  }

  /** A turn of the front: what loops here holds up the sessions that wait for it, and the next reload. */
  watch(ms: number, limit: number): void {
    const { host } = this;
    const stood = this.#watch.check({ host, limit, isLoading: false, isAwaited: isAtWork(host) }, ms);
    const exit =
      stood === null
        ? undefined
        : host.inspect?.(`no progress for ${(stood / 1000).toFixed(1)} s, so it was ended`);
    if (exit !== undefined) this.die(exit, "hang");
  }

  /** It has died before its time. */
  die(exit: HostExit, reason: "crash" | "hang" = "crash"): void {
    if (this.#isOver) return;
    this.end(reason);
    this.#ports.onDeath(exit);
  }

  /** Ends it now: what it has not settled is lost, and its sessions go on without it. */
  end(reason: ReloadReason = "reload"): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#grace.cancel();
    const { dispatcher } = this.#ports;
    dispatcher.abandonDraining();
    for (const session of dispatcher.heldSessions) this.#release(session, null, reason);
    this.#ports.front.flush(false);
    void this.host.stop();
    this.#onEnded();
  }

  // It goes to the host's successor, with nothing but what the front has when nothing else is left of it.
  #release(session: SessionRef, legacy: SessionHandover | null, reason: ReloadReason = "reload"): void {
    const { front, dispatcher } = this.#ports;
    for (const [key, value] of legacy?.attributes ?? []) front.refresh(session, key, value);
    dispatcher.release(session, rejoinEvent(front.snapshotsOf([session]), legacy, reason));
  }

  /** A session whose handler has settled follows with the next message: it is waited for. */
  endIfDone(): void {
    const { dispatcher } = this.#ports;
    if (!dispatcher.hasDraining && dispatcher.heldSessions.length === 0) this.end();
  }
}
