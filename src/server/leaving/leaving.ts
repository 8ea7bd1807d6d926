// Server: how a server leaves: it lets no client in, closes its sessions in waves, and waits for its scripts.
import type { Clock } from "../../boundary/clock.ts";
import { GOING_AWAY } from "../../boundary/errors/close-codes.ts";
import { keysOf } from "../../boundary/script-key.ts";
import type { Session } from "../../front/directory/session.ts";
import type { Front } from "../../front/front.ts";
import type { HttpTransport } from "../../front/http/http-transport.ts";
import type { Gateway } from "../../front/ingress/gateway.ts";
import type { CronSchedule } from "../../front/supervise/cron.ts";
import { logEntry, type Log } from "../../log.ts";
import { CloseWaves } from "./close-waves.ts";

/** The one place to ask whether a server drains. */
export class Leaving {
  /** Whether the server is about to stop: from the start of the drain on, for good. */
  isDraining = false;
  /** Whether it no longer serves anything, and starts nothing either. */
  isStopped = false;
  readonly #parts: LeavingParts;
  readonly #waves: CloseWaves;
  #lastWave = 0;
  #lostBefore = 0;
  /** Those that had no connection when the drain started. */
  #away = 0;
  /** Those whose closes are awaited: some have closed before, and their scripts have not handled it. */
  #sessions = 0;
  #isHurried = false;

  constructor(parts: LeavingParts, random: () => number = Math.random) {
    this.#parts = parts;
    const { clock, front, outbox } = parts;
    this.#waves = new CloseWaves({
      clock,
      random,
      close: ({ ref }, reason) => front.hub.close(ref, GOING_AWAY, reason),
      flush: () => outbox.flush(),
    });
  }

  /** Closes every session and waits, up to the grace, until their scripts have handled that. */
  async drain({ drainTime, shutdownGrace }: DrainTimes): Promise<void> {
    const { clock, cron, gateway, http } = this.#parts;
    const until = clock.ticks() + shutdownGrace;
    this.isDraining = true;
    this.#lostBefore = this.#parts.front.lostCloses;
    cron.stop();
    http.leave();
    this.#away = gateway.refuseAll();
    const most = this.#isHurried ? 0 : shutdownGrace * DRAIN_SHARE;
    await this.#closeSessions(Math.min(drainTime ?? 0, most));
    await this.#finish(until);
    await gateway.shutdown(this.#waves.hint, Math.max(0, this.#lastWave + LINGER - clock.ticks()));
  }

  /** Closes the sessions that are left at once. */
  hurry(): void {
    this.#isHurried = true;
    this.#waves.hurry();
  }

  // Handshakes that wait for a decision are no sessions to their clients yet.
  async #closeSessions(drainTime: number): Promise<void> {
    const { clock, front, gateway, log } = this.#parts;
    const sessions = [...front.directory.sessions.values()];
    this.#sessions = sessions.length;
    const open = sessions.filter(({ state }) => state !== "connecting");
    for (const { ref, state } of sessions)
      if (state === "connecting") front.hub.close(ref, GOING_AWAY, this.#waves.hint);
    gateway.giveUpHandshakes();
    if (open.length > 0)
      logEntry(log, "PARLOR_DRAINING", { sessions: open.length, seconds: this.#seconds(open, drainTime) });
    await this.#waves.run(open, drainTime);
    this.#lastWave = clock.ticks();
  }

  // Without a connection there is no client to spread.
  #seconds(sessions: readonly Session[], drainTime: number): number {
    return sessions.some(({ isSendable }) => isSendable) ? drainTime / 1000 : 0;
  }

  // `onStop` of a script runs when the closes of all sessions are done, or when a part of the grace is left for it.
  async #finish(until: number): Promise<void> {
    const { clock, front } = this.#parts;
    await this.#settled((until - clock.ticks()) * CLOSING_SHARE);
    await front.finish(until - clock.ticks(), (slot) => this.#isDone(slot));
    this.#report();
  }

  #report(): void {
    const { front, log } = this.#parts;
    const closed = this.#waves.closed + this.#away;
    // Those without a connection end with the first wave.
    const waves = Math.max(this.#waves.count, Math.min(this.#away, 1));
    const unawaited = front.directory.size + front.lostCloses - this.#lostBefore;
    if (unawaited > 0) {
      const fields = { sessions: Math.max(this.#sessions, unawaited), waves, unawaited };
      logEntry(log, "PARLOR_CLOSES_CUT", fields, fields);
    } else if (closed > 0) {
      logEntry(log, "PARLOR_DRAINED", { sessions: closed, waves }, { sessions: closed, waves });
    }
  }

  // Resolves when the scripts have handled all closes and have responded to all requests, at the latest after `ms`.
  async #settled(ms: number): Promise<void> {
    const { clock, front, http } = this.#parts;
    const end = clock.ticks() + ms;
    const emptied = front.directory.emptied();
    await Promise.race([emptied, new Promise<void>((resolve) => clock.after(ms, resolve))]);
    while (http.scripts.awaitsAny(null) && clock.ticks() < end)
      await new Promise<void>((resolve) => clock.after(LOOK_EVERY, resolve));
  }

  #isDone(slot: number): boolean {
    const { front, http } = this.#parts;
    const scripts = front.supervisor(slot)?.spec.scripts ?? [];
    return front.sessionsOf(slot) === 0 && !http.scripts.awaitsAny(keysOf({ scripts }));
  }
}

/** The options that say how long a server may take to stop. */
export interface DrainTimes {
  /** Over how many ms sessions are closed, as far as the grace allows; null closes all at once. */
  readonly drainTime: number | null;
  /** How long all may take together, ms. */
  readonly shutdownGrace: number;
}

export interface LeavingParts {
  readonly clock: Clock;
  readonly front: Front;
  readonly outbox: { flush(): void };
  readonly gateway: Pick<Gateway, "refuseAll" | "giveUpHandshakes" | "shutdown">;
  readonly http: Pick<HttpTransport, "leave" | "scripts">;
  readonly cron: Pick<CronSchedule, "stop">;
  readonly log: Log;
}

/** The share of the grace that the waves may take. */
const DRAIN_SHARE = 0.75;
/** The share of the rest that the closes of sessions may take before `onStop` starts. */
const CLOSING_SHARE = 0.75;
/** How long a client may take to respond to its close, if no script takes longer, ms. */
const LINGER = 400;
/** How often is looked whether requests have their responses, ms. */
const LOOK_EVERY = 10;
