// Load: the process of the bundler. It is started again when it has ended, and no build waits for it for ever.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { build, stop, type BuildOptions, type BuildResult } from "esbuild";
import { ParlorError } from "../../boundary/errors.ts";

/**
 * All builds share one process, which the library starts and never replaces: after its end every later build would fail.
 * Whatever ends it (the system for want of memory, a signal to all processes of a service), the builds that it had are
 * done again by the next process.
 */
export class BundlerProcess {
  #current: Life | null = null;
  readonly #users = new Set<symbol>();

  /**
   * Keeps the process for a user, until it calls the returned function. With the last user the process ends; a later call
   * ends one that a build has started since.
   */
  hold(): () => void {
    const user = Symbol("user");
    this.#users.add(user);
    return () => {
      this.#users.delete(user);
      if (this.#users.size === 0) this.stop();
    };
  }

  /**
   * Builds. Rejects with the library's failure, or with `PARLOR_BUNDLER` when the process ended during each attempt, or
   * took too long.
   */
  async build(options: BuildOptions): Promise<BuildResult> {
    for (let left = ATTEMPTS; ; left--) {
      const life = (this.#current ??= new Life());
      const outcome = await life.build(options);
      if (outcome.kind === "built") return outcome.result;
      if (outcome.kind === "failed") throw outcome.error;
      if (this.#current === life) this.stop();
      if (outcome.kind === "stopped" || left === 1)
        throw new ParlorError("PARLOR_BUNDLER", { reason: outcome.reason });
    }
  }

  /** Ends the process. Builds that are under way fail; the next build starts it again. */
  stop(): void {
    const life = this.#current;
    this.#current = null;
    life?.end();
  }
}

/** The one of this process: the library has one for all builds. */
export const bundler = new BundlerProcess();

/** How many processes may end during one build. */
const ATTEMPTS = 3;

/** How long a build may take, ms. A build of ours takes some milliseconds; a busy machine may take long for it. */
const LONGEST_BUILD = 30_000;

type Outcome =
  | { readonly kind: "built"; readonly result: BuildResult }
  | { readonly kind: "failed"; readonly error: unknown }
  /** The process has ended by itself, or was ended here. */
  | { readonly kind: "lost" | "stopped"; readonly reason: string };

/** One process of the bundler, from its first build to its end. */
class Life {
  /** The builds under way. What the process was building when it ended may never settle. */
  readonly #building = new Set<(outcome: Outcome) => void>();
  #over: Outcome | null = null;
  #process: ChildProcess | null = null;

  // Not by `Promise.race` with a promise of the end: that promise would keep the result of each build.
  build(options: BuildOptions): Promise<Outcome> {
    if (this.#over !== null) return Promise.resolve(this.#over);
    return new Promise((resolve) => {
      const settle = (outcome: Outcome): void => {
        clearTimeout(timer);
        this.#building.delete(settle);
        resolve(outcome);
      };
      const reason = `it did not respond for ${LONGEST_BUILD / 1000} s`;
      const timer = setTimeout(() => settle({ kind: "lost", reason }), LONGEST_BUILD);
      this.#building.add(settle);
      void this.#attempt(options).then(settle);
    });
  }

  end(): void {
    void stop();
    // A process that is suspended would stay for ever.
    this.#process?.kill("SIGKILL");
    this.#onOver({ kind: "stopped", reason: "it was stopped" });
  }

  #onOver(outcome: Outcome): void {
    this.#over ??= outcome;
    for (const settle of [...this.#building]) settle(this.#over);
  }

  async #attempt(options: BuildOptions): Promise<Outcome> {
    try {
      return { kind: "built", result: await this.#buildNoting(options) };
    } catch (error) {
      if (Array.isArray((error as { errors?: unknown } | null)?.errors)) return { kind: "failed", error };
      return { kind: "lost", reason: error instanceof Error ? error.message : String(error) };
    }
  }

  // The library starts its process within the call. Without a descriptor for it, the process reports that when the
  // library listens no more.
  #buildNoting(options: BuildOptions): Promise<BuildResult> {
    const note = (message: unknown): void => {
      this.#process = (message as { readonly process: ChildProcess }).process;
      const lose = (): void => this.#onOver({ kind: "lost", reason: "its process has ended" });
      this.#process.on("error", lose);
      this.#process.on("exit", lose);
    };
    subscribe(PROCESSES, note);
    try {
      return build(options);
    } finally {
      unsubscribe(PROCESSES, note);
    }
  }
}

/** Node's channel that reports each process that is started. */
const PROCESSES = "child_process";

/** What is used of a process here. */
interface ChildProcess {
  kill(signal: "SIGKILL"): unknown;
  on(event: "error" | "exit", listener: () => void): unknown;
}
