// Host: counts for how long a host has stood still although it has something to do.

/**
 * Time is counted in turns of the watch, each of a bounded length: a machine that slept, or a process that was stopped,
 * puts no host at fault. While the server's loop does not turn, nothing counts: the host may wait for it.
 */
export class StandCount {
  #progress = -1;
  #stood = 0;

  /** A turn of the watch: `ms` have passed, or less. Returns for how long nothing has moved. */
  turn({ progress, isWorking, isAwaited }: HostLook, ms: number, isServerTurning: boolean): number {
    const isBound = (isWorking || isAwaited) && progress >= 0;
    if (progress !== this.#progress || !isBound) {
      this.#progress = progress;
      this.#stood = 0;
    } else if (isServerTurning) this.#stood += ms;
    return this.#stood;
  }

  /** The same for a host that has nothing to do: most hosts, in most turns. */
  rest(progress: number): number {
    this.#progress = progress;
    this.#stood = 0;
    return 0;
  }
}

/** The state of a host, as far as its watch needs it. */
export interface HostLook {
  /** Changes while the host makes progress; below 0 until its code runs: it waits for the machine till then. */
  readonly progress: number;
  /** Whether it is in a handler, a tick or a timer. */
  readonly isWorking: boolean;
  /** Whether the front waits for it. */
  readonly isAwaited: boolean;
}
