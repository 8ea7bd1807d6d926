// Host: runs `onStart` and `onStop` of a host's scripts, and of the files of `shared/` that they import, once each.
import { hasLifeHooks, type HostSpec, type ScriptSpec } from "../../../boundary/host-spec.ts";
import { messageOf } from "../../../boundary/checks.ts";
import type { FailingScripts } from "../../../boundary/host.ts";
import type { LifeHooks, Program } from "../../api/dialect.ts";
import type { FaultOrigin } from "../../runtime/fault-reporter.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { ScriptTickers } from "../../ticks/script-tickers.ts";
import { FailedStarts } from "./failed-starts.ts";
import type { Hook, HookRunner } from "./hook-runner.ts";
import type { Clock, Loop } from "../../../boundary/clock.ts";
import { importedBy, inImportOrder } from "./shared-order.ts";

/**
 * No event is handled before all have run. A script whose `onStart` fails serves nothing, and neither does one that
 * imports a file of `shared/` whose `onStart` fails. What has started is stopped in the opposite order.
 */
export class HostLife {
  /** Whether there is anything to run. */
  readonly isNeeded: boolean;
  readonly #spec: HostSpec;
  readonly #parts: HostLifeParts;
  /** Functions that have been called: a file may export those of another one. */
  readonly #seen = new Set<unknown>();
  readonly #stops: Hook[] = [];
  readonly #broken = new Map<string, unknown>();
  readonly #failed: FailedStarts;
  /** Programs that start when the files of `shared/` have started. */
  readonly #waiting = new Map<Program, () => void>();

  constructor(spec: HostSpec, parts: HostLifeParts) {
    this.isNeeded = hasLifeHooks(spec);
    this.#spec = spec;
    this.#parts = parts;
    this.#failed = new FailedStarts(parts.runtime, parts.clock, this.#again);
  }

  /** Starts the scripts, and reports how that went. */
  start(ports: StartPorts): void {
    if (!this.isNeeded) return ports.ready();
    this.#parts.loop.atTurnEnd(() => void this.#start(ports));
  }

  /** A program acts by itself, when the files of `shared/` have started. */
  startLater(program: Program, start: () => void): void {
    if (this.isNeeded) this.#waiting.set(program, start);
    else this.#parts.loop.atTurnEnd(start);
  }

  /** Runs what is to run before the end, within `limit` ms. */
  finish(limit: number, onFinished: () => void): void {
    void this.#finish(limit).then(() => this.#parts.loop.atTurnEnd(onFinished));
  }

  async #start(ports: StartPorts): Promise<void> {
    ports.starting();
    const names: string[] = [];
    let problem: string | null = null;
    for (const file of this.#sharedWithHooks()) await this.#startShared(file);
    for (const { script, program } of this.#parts.programs()) {
      const failure = await this.#startProgram(script, program);
      if (failure === null) continue;
      names.push(script.info.name);
      problem = failure;
      this.#failed.add(program, () => ports.failing(this.#failing(null)));
    }
    const isWhole = names.length > 0 && names.length === this.#spec.scripts.length;
    if (isWhole) await this.#finish(CLEANUP);
    if (problem !== null) ports.failing(this.#failing(problem));
    if (!isWhole) ports.ready();
  }

  #failing(problem: string | null): FailingScripts {
    const scripts = this.#parts.programs().filter(({ program }) => this.#failed.programs.has(program));
    const names = scripts.map(({ script }) => script.info.name);
    return {
      problem,
      scripts: names,
      isWhole: problem !== null && names.length === this.#spec.scripts.length,
    };
  }

  #sharedWithHooks(): string[] {
    const withHooks = this.#spec.shared.filter(({ hasHooks }) => hasHooks === true);
    return inImportOrder(
      withHooks.map(({ file }) => file),
      this.#spec.shared,
    );
  }

  async #startShared(file: string): Promise<void> {
    const { runner, shared } = this.#parts;
    const source = this.#spec.shared.find((one) => one.file === file) ?? null;
    const origin: FaultOrigin = { program: null, session: null, what: "onStart", kind: "handler" };
    try {
      await runner.evaluate(() => shared.prepare([file]));
      await this.#run(hooksOf(shared.get(file)), { origin, source });
    } catch (error) {
      this.#parts.runtime.fault(error, origin);
      this.#broken.set(file, error);
    }
  }

  // Returns the problem, in one line.
  async #startProgram(script: ScriptSpec, program: Program): Promise<string | null> {
    const needed = importedBy(script.source?.shared ?? [], this.#spec.shared);
    for (const file of needed) if (this.#broken.has(file)) return problemOf(this.#broken.get(file));
    this.#waiting.get(program)?.();
    this.#waiting.delete(program);
    if (program.hooks === undefined) return null;
    const origin: FaultOrigin = { program, session: null, what: "onStart", kind: "handler" };
    try {
      const hooks = await this.#parts.runner.evaluate(program.hooks.bind(program));
      if (hooks !== null) await this.#run(hooks, { origin, source: script.source });
      return null;
    } catch (error) {
      this.#parts.runtime.fault(error, origin);
      return problemOf(error);
    }
  }

  readonly #again = async (program: Program): Promise<boolean> => {
    const own = this.#parts.programs().find((one) => one.program === program);
    if (own === undefined) return false;
    for (const file of [...this.#broken.keys()]) {
      this.#broken.delete(file);
      await this.#startShared(file);
    }
    return (await this.#startProgram(own.script, program)) === null;
  };

  async #run({ onStart, onStop }: LifeHooks, about: Omit<Hook, "call">): Promise<void> {
    if (onStart !== null && !this.#seen.has(onStart)) {
      await this.#parts.runner.run("onStart", { ...about, call: onStart });
      this.#seen.add(onStart);
    }
    if (onStop === null || this.#seen.has(onStop)) return;
    this.#seen.add(onStop);
    this.#stops.unshift({ ...about, origin: { ...about.origin, what: "onStop" }, call: onStop });
  }

  async #finish(limit: number): Promise<void> {
    const { runner, runtime, tickers } = this.#parts;
    tickers.stop();
    runner.limitTo(limit);
    await runner.settle([...tickers.pending]);
    runtime.handlers.drain();
    for (const hook of this.#stops.splice(0)) {
      try {
        await runner.run("onStop", hook);
      } catch (error) {
        runtime.fault(error, hook.origin);
      }
    }
  }
}

/** Where a host reports its start. */
export interface StartPorts {
  /** Code of scripts runs before it is ready. */
  starting(): void;
  failing(failing: FailingScripts): void;
  ready(): void;
}

export interface HostLifeParts {
  readonly runtime: Runtime;
  readonly shared: SharedFiles;
  readonly tickers: ScriptTickers;
  readonly runner: HookRunner;
  programs(): readonly { readonly script: ScriptSpec; readonly program: Program }[];
  readonly clock: Clock;
  readonly loop: Loop;
}

/** The files of `shared/`, evaluated once. */
interface SharedFiles {
  prepare(files: Iterable<string>): Promise<void>;
  get(file: string): Readonly<Record<string, unknown>>;
}

/** The functions among a module's exports that run at the start of a host and before its end. */
export function hooksOf(exports: Readonly<Record<string, unknown>>): LifeHooks {
  const { onStart, onStop } = exports;
  return {
    onStart: typeof onStart === "function" ? (onStart as () => unknown) : null,
    onStop: typeof onStop === "function" ? (onStop as () => unknown) : null,
  };
}

function problemOf(error: unknown): string {
  return `onStart failed: ${messageOf(error)}`;
}

/** What has started may take this long to stop when another script has failed to start, ms. */
const CLEANUP = 1000;
