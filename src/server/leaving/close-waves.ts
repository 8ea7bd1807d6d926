// Server: closes the sessions of a server that stops, a part of them at a time.
import type { Clock, Timer } from "../../boundary/clock.ts";
import type { Session } from "../../front/directory/session.ts";

/**
 * All at once would come back all at once. Those that came first are closed first. The reason of a close is a hint for
 * its client: after how many seconds to connect again, with a random part.
 */
export class CloseWaves {
  /** How many waves have closed a session. */
  count = 0;
  /** How many sessions they have closed. */
  closed = 0;
  readonly #ports: CloseWavesPorts;
  #sessions: readonly Session[] = [];
  #next = 0;
  #drainTime = 0;
  #startedAt = 0;
  #timer: Timer | null = null;
  #onDone: () => void = () => undefined;

  constructor(ports: CloseWavesPorts) {
    this.#ports = ports;
  }

  /** Resolves when the last of the sessions is closed, at the latest after `drainTime` ms. */
  run(sessions: Iterable<Session>, drainTime: number): Promise<void> {
    this.#sessions = [...sessions];
    this.#drainTime = drainTime;
    this.#startedAt = this.#ports.clock.ticks();
    const done = new Promise<void>((resolve) => (this.#onDone = resolve));
    this.#wave();
    return done;
  }

  /** Closes those that are left at once. */
  hurry(): void {
    this.#drainTime = 0;
    if (this.#timer === null) return;
    this.#timer.cancel();
    this.#wave();
  }

  /** The reason of a close that comes now: when to connect again. */
  get hint(): string {
    const spread = Math.max(this.#drainTime, LEAST_SPREAD);
    const seconds = (Math.max(0, this.#left) + this.#ports.random() * spread) / 1000;
    return `retry-after=${Math.max(LEAST_HINT, seconds).toFixed(1)}`;
  }

  get #left(): number {
    return this.#drainTime - (this.#ports.clock.ticks() - this.#startedAt);
  }

  readonly #wave = (): void => {
    this.#timer = null;
    this.#closeUpTo(this.#due());
    if (this.#sessions.slice(this.#next).some(isOpen)) {
      this.#timer = this.#ports.clock.after(Math.min(WAVE_EVERY, Math.max(1, this.#left)), this.#wave);
    } else this.#onDone();
  };

  // By time, not by count: a wave that comes late closes the share of those before it, too.
  #due(): number {
    const all = this.#sessions.length;
    const passed = this.#drainTime - this.#left;
    if (passed >= this.#drainTime - WAVE_EVERY) return all;
    return Math.min(all, Math.ceil((all * (passed + WAVE_EVERY)) / this.#drainTime));
  }

  #closeUpTo(end: number): void {
    const wave = this.#sessions.slice(this.#next, end).filter(isOpen);
    this.#next = end;
    if (wave.length === 0) return;
    this.count += 1;
    this.closed += wave.length;
    for (const session of wave) this.#ports.close(session, this.hint);
    this.#ports.flush();
  }
}

export interface CloseWavesPorts {
  readonly clock: Clock;
  /** A number from 0 up to 1. */
  random(): number;
  close(session: Session, reason: string): void;
  /** Sends what has been closed. */
  flush(): void;
}

/** The pause between two waves, ms. */
const WAVE_EVERY = 100;
/** Clients come back over this time at least, ms. */
const LEAST_SPREAD = 1000;
/** The shortest hint, seconds. */
const LEAST_HINT = 0.1;

function isOpen({ isSendable }: Session): boolean {
  return isSendable;
}
