// CLI: the signals of a server, from its start to its end.
import { NO_EARLY_SIGNALS, type EarlySignals } from "./early-signals.ts";

/**
 * SIGINT and SIGTERM stop the server; another one, after a moment, ends it at once. SIGHUP reloads it, or stops it if a
 * terminal was closed. A signal that comes too early is kept, and one that comes too late is ignored: it listens until the process ends.
 */
export class ServerSignals {
  /** Resolves with the first signal that stops the server. */
  readonly stopped: Promise<NodeJS.Signals>;
  readonly #options: ServerSignalsOptions;
  #onStop: (signal: NodeJS.Signals) => void = () => undefined;
  #stoppedAt: number | null = null;
  #onReload: (() => void) | null = null;
  #isReloadAsked = false;
  #isForced = false;

  constructor(options: ServerSignalsOptions) {
    this.#options = options;
    this.stopped = new Promise((resolve) => (this.#onStop = resolve));
    for (const signal of SIGNALS) process.on(signal, this.#receive);
    const { early = NO_EARLY_SIGNALS } = options;
    early.release();
    for (const signal of early.received) this.#receive(signal);
  }

  /** Whether the server has been asked to stop. */
  get isStopped(): boolean {
    return this.#stoppedAt !== null;
  }

  /** Whether a second signal has asked to end at once. */
  get isForced(): boolean {
    return this.#isForced;
  }

  /** There is no server, and there will be none: signals do what they do by default. */
  release(): void {
    for (const signal of SIGNALS) process.off(signal, this.#receive);
  }

  /** Asks the server to stop, as a signal does. */
  stop(signal: NodeJS.Signals): void {
    this.#stoppedAt ??= performance.now();
    this.#onStop(signal);
  }

  /** Calls `reload` for each SIGHUP, also for one that came before. */
  reloadsBy(reload: () => void): void {
    this.#onReload = reload;
    if (this.#isReloadAsked) reload();
  }

  readonly #receive = (signal: NodeJS.Signals): void => {
    if (signal === "SIGHUP" && !this.#options.hasTerminal) return this.#reload();
    if (this.#stoppedAt === null) return this.stop(signal);
    const isAnother = performance.now() - this.#stoppedAt > SAME_KEYSTROKE;
    if (!isAnother || signal === "SIGHUP" || this.#isForced) return;
    this.#isForced = true;
    this.#options.exit(130, signal);
  };

  #reload(): void {
    if (this.isStopped) return;
    if (this.#onReload === null) this.#isReloadAsked = true;
    else this.#onReload();
  }
}

export interface ServerSignalsOptions {
  /** Whether a terminal shows the output: its end sends SIGHUP. */
  readonly hasTerminal: boolean;
  readonly early?: EarlySignals;
  /** Ends the process at once. */
  readonly exit: (code: number, signal: NodeJS.Signals) => void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** In milliseconds. Under `npm start`, one Ctrl-C arrives twice: from the terminal and from npm. */
const SAME_KEYSTROKE = 250;
