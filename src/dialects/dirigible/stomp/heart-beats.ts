// Dialect: the heart-beats of one STOMP connection, on the host's clock.
import type { Clock, Timer } from "../../../boundary/clock.ts";
import type { HeartBeatPlan } from "./protocol/heart-beat-plan.ts";

/** Sends them, and notices when those of the client do not come. */
export class HeartBeats {
  readonly #clock: Clock;
  readonly #onSilence: () => void;
  readonly #timers = new Map<Direction, Timer>();
  #missed = 0;

  constructor(clock: Clock, plan: HeartBeatPlan, watcher: HeartBeatWatcher) {
    this.#clock = clock;
    this.#onSilence = watcher.silent;
    if (plan.outgoing > 0) this.#every("outgoing", plan.outgoing, watcher.beat);
    if (plan.incoming > 0) this.#every("incoming", plan.incoming, this.#miss);
  }

  /** The client has sent something. */
  received(): void {
    this.#missed = 0;
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #every(direction: Direction, period: number, action: () => void): void {
    const timer = this.#clock.after(period, () => {
      this.#every(direction, period, action);
      action();
    });
    this.#timers.set(direction, timer);
  }

  // Periods are counted, not time: while the host is busy, what the client has sent waits.
  readonly #miss = (): void => {
    this.#missed += 1;
    if (this.#missed < MOST_MISSED) return;
    this.stop();
    this.#onSilence();
  };
}

/** What happens at a heart-beat. */
export interface HeartBeatWatcher {
  /** One is due. */
  readonly beat: () => void;
  /** Several of the client's have not come. */
  readonly silent: () => void;
}

type Direction = keyof HeartBeatPlan;

/** After this number of silent checks the connection is lost. */
const MOST_MISSED = 3;
