// CLI: `parlor serve --supervise`, which keeps a server process running.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { inPackage } from "../common/package.ts";
import { NO_EARLY_SIGNALS, type EarlySignals } from "../lifetime/early-signals.ts";
import type { ServesMessage } from "../lifetime/supervised.ts";
import type { Terminal } from "../print/terminal.ts";

/** Runs `parlor serve` in a process and restarts it when it crashes. Returns the exit code of the last process. */
export async function supervise(
  args: readonly string[],
  { terminal, early = NO_EARLY_SIGNALS, start = startServer }: SuperviseParts,
): Promise<number> {
  const signals = new SupervisorSignals(terminal.interactive, early);
  let backoff = BACKOFF_MIN;
  for (let hasServed = false; !signals.isStopping;) {
    const started = performance.now();
    const server = start(args);
    const exit = await signals.follow(server);
    const lifetime = performance.now() - started;
    hasServed ||= lifetime >= STARTED || server.hasServed === true;
    // Exit code 0 is intended. A process that never served has printed why, and would only print it again.
    if (signals.isStopping || exit.code === 0 || !hasServed) return exit.code ?? 1;
    backoff = lifetime >= STARTED ? BACKOFF_MIN : Math.min(BACKOFF_MAX, backoff * 2);
    terminal.err(
      `parlor: the server process ended: ${exit.signal ?? `exit code ${exit.code}`}; restarting it`,
    );
    await signals.pause(backoff);
  }
  return 0;
}

export interface SuperviseParts {
  readonly terminal: Pick<Terminal, "err" | "interactive">;
  readonly early?: EarlySignals;
  /** Starts a server process. */
  readonly start?: (args: readonly string[]) => ServerProcess;
}

/** How a server process ended. */
export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server process that runs. */
export interface ServerProcess {
  readonly ended: Promise<ServerExit>;
  readonly hasServed?: boolean;
  /** How long it may take to stop, ms; 0 until it serves. */
  readonly grace?: number;
  kill(signal: NodeJS.Signals): void;
}

/** A server that has run this long has started successfully, in ms. */
const STARTED = 2000;
/** The pause before a restart, in ms; it doubles while starts fail. */
const BACKOFF_MIN = 50;
const BACKOFF_MAX = 1000;

/**
 * The signals of a supervisor, from its first line to its last. SIGINT and SIGTERM stop the server and the supervisor.
 * SIGHUP asks only the server to reload; between two servers it does nothing, because a start reads all files.
 */
class SupervisorSignals {
  readonly #hasTerminal: boolean;
  #server: ServerProcess | null = null;
  #isStopping = false;
  #onStop: () => void = () => undefined;
  #deadline: NodeJS.Timeout | undefined;

  constructor(hasTerminal: boolean, early: EarlySignals) {
    this.#hasTerminal = hasTerminal;
    for (const signal of SIGNALS) process.on(signal, this.#receive);
    early.release();
    for (const signal of early.received) this.#receive(signal);
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Passes signals on to a server until it has ended. */
  async follow(server: ServerProcess): Promise<ServerExit> {
    this.#server = server;
    const exit = await server.ended;
    this.#server = null;
    clearTimeout(this.#deadline);
    return exit;
  }

  /** Waits; a signal that stops the supervisor ends the wait. */
  async pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#onStop = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#isStopping) this.#onStop();
    });
  }

  readonly #receive = (signal: NodeJS.Signals): void => {
    this.#server?.kill(signal);
    if (signal === "SIGHUP" && !this.#hasTerminal) return;
    if (!this.#isStopping) this.#killLater();
    this.#isStopping = true;
    this.#onStop();
  };

  // A server ends itself within its grace; this one may not be able to.
  #killLater(): void {
    const server = this.#server;
    if (server === null) return;
    this.#deadline = setTimeout(() => server.kill("SIGKILL"), (server.grace ?? 0) + KILL_AFTER);
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** This long after its grace a server that has not stopped is killed, ms. */
const KILL_AFTER = 1000;

// The channel closes when the supervisor ends, however it ends: the server notices that, and stops.
function startServer(args: readonly string[]): ServerProcess {
  const command = [fileURLToPath(inPackage("bin/parlor.js")), "serve", ...args];
  const child = spawn(process.execPath, command, {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, PARLOR_SUPERVISED: "1" },
  });
  let serves: ServesMessage | null = null;
  child.on("message", (message: ServesMessage) => (serves = message));
  return {
    ended: new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal }));
      child.once("error", () => resolve({ code: 1, signal: null }));
    }),
    get hasServed() {
      return serves !== null;
    },
    get grace() {
      return serves?.grace ?? 0;
    },
    kill: (signal) => void child.kill(signal),
  };
}
