// CLI: the signals of a process that supervises servers.
import type { EarlySignals } from "./early-signals.ts";
import type { ServerExit, ServerProcess } from "./server-process.ts";

/**
 * The signals of a supervisor, from its first line to its last. SIGINT and SIGTERM stop the servers and the supervisor.
 * SIGHUP asks only the servers to reload; between two servers it does nothing, because a start reads all files.
 */
export class SupervisorSignals {
  readonly #hasTerminal: boolean;
  /** The servers that run, each with the time at which it is killed. */
  readonly #servers = new Map<ServerProcess, NodeJS.Timeout | null>();
  readonly #onStop = new Set<() => void>();
  #isStopping = false;

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
    this.#servers.set(server, null);
    const exit = await server.ended;
    clearTimeout(this.#servers.get(server) ?? undefined);
    this.#servers.delete(server);
    return exit;
  }

  /** Waits; a signal that stops the supervisor ends the wait. */
  async pause(ms: number): Promise<void> {
    if (this.#isStopping) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#onStop.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#onStop.add(end);
    });
  }

  /** Stops the servers and the supervisor. */
  stop(signal: NodeJS.Signals): void {
    for (const server of this.#servers.keys()) server.kill(signal);
    if (!this.#isStopping) this.#killLater();
    this.#isStopping = true;
    for (const end of this.#onStop) end();
  }

  readonly #receive = (signal: NodeJS.Signals): void => {
    if (signal !== "SIGHUP" || this.#hasTerminal) return this.stop(signal);
    for (const server of this.#servers.keys()) server.kill(signal);
  };

  // A server ends itself within its grace; this one may not be able to.
  #killLater(): void {
    for (const server of this.#servers.keys()) {
      const ms = (server.grace ?? 0) + KILL_AFTER;
      this.#servers.set(
        server,
        setTimeout(() => server.kill("SIGKILL"), ms),
      );
    }
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** This long after its grace a server that has not stopped is killed, ms. */
const KILL_AFTER = 1000;
