import type { ResolvedConfig } from "../config.ts";
import { nearest } from "../core/nearest.ts";
import type { RunEvent } from "../core/events.ts";
import type { Log } from "../log.ts";
import type { AppProblem } from "../scripts/app-problem.ts";
import { makeHost } from "../scripts/make-host.ts";
import { loadApp, type LoadedApp, type LoadedScript } from "./app.ts";
import type { Engine } from "./engine.ts";
import { installationOf, type Installation } from "./installation.ts";
import { settingsOf } from "./options.ts";
import { planTask } from "./plan.ts";
import type { TaskOutcome, TaskWatch } from "./task-runs.ts";

/** Told after each reload: what has changed, and what is wrong now. */
export type ReloadListener = (report: ReloadReport) => void;

/** What a reload has done. */
export interface ReloadReport {
  /** Scripts of which another version is served now, and scripts that are new. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly problems: readonly AppProblem[];
  readonly warnings: readonly AppProblem[];
}

/** An app folder on an engine: installs it, reloads it, runs its tasks. */
export class AppServing {
  readonly #engine: Engine;
  readonly #config: ResolvedConfig;
  readonly #log: Log;
  readonly #onReload: ReloadListener;
  #app: LoadedApp;
  #reloading: Promise<void> | null = null;
  #isStale = false;

  constructor(
    app: LoadedApp,
    parts: { engine: Engine; config: ResolvedConfig; log: Log; onReload: ReloadListener },
  ) {
    this.#app = app;
    this.#engine = parts.engine;
    this.#config = parts.config;
    this.#log = parts.log;
    this.#onReload = parts.onReload;
  }

  get root(): string {
    return this.#app.files.root;
  }

  async install(): Promise<void> {
    await this.#installApp();
  }

  #installApp(): Promise<ReadonlyMap<string, string>> {
    return this.#engine.install(installationOf(this.#app, settingsOf(this.#config)));
  }

  /** Loads the folder anew; what is saved during a reload is seen by the one after it. */
  reload(): Promise<void> {
    this.#isStale = true;
    return (this.#reloading ??= this.#reloadAll());
  }

  async runTask(name: string, watch: TaskWatch): Promise<TaskOutcome> {
    const { tasks } = this.#engine.installed;
    const script = tasks.get(name);
    const module = script === undefined ? this.#moduleOf(name) : null;
    if (module !== null) return await this.#engine.runModule(module, watch);
    if (script === undefined) throw new Error(unknownTask(name, [...tasks.keys()]));
    const spec = planTask(script, settingsOf(this.#config));
    return await this.#engine.tasks.run(spec, makeHost, watch);
  }

  // A module of the folder that is one program, by its path in it or in the app, with or without its ending.
  #moduleOf(name: string): RunEvent | null {
    for (const { spec } of this.#app.scripts) {
      const { files = [], info } = spec;
      const path = name.startsWith(`${info.name}/`)
        ? name.slice(info.name.length + 1)
        : name.replace(/^\//, "");
      const file = files.find((one) => one.path === path || one.path === `${path}.js`);
      if (file !== undefined) return { kind: "run", script: info.name, due: 0, module: file.path };
    }
    return null;
  }

  async #reloadAll(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      await this.#reloadOnce();
    }
    this.#reloading = null;
  }

  async #reloadOnce(): Promise<void> {
    const before = this.#engine.installed;
    try {
      const app = await loadApp(this.root, { warnings: true });
      const old = this.#app;
      this.#app = keepGood(app, old);
      const refused = await this.#installApp();
      if (refused.size > 0) await this.#goBack(old, refused);
      const report = compare(before, this.#engine.installed, app);
      if (report.changed.length > 0 || report.removed.length > 0) this.#tell(report);
      this.#onReload(report);
    } catch (error) {
      this.#log.error({}, `reload failed, the versions before it stay: ${String(error)}`);
    }
  }

  // What could not take over is taken out again, so that tables and log tell of the version that serves.
  async #goBack(old: LoadedApp, refused: ReadonlyMap<string, string>): Promise<void> {
    for (const [script, problem] of refused) {
      this.#log.error({ script }, `${script}: ${problem}; the version before it stays`);
    }
    const isRefused = ({ file }: LoadedScript): boolean => refused.has(file.name);
    const kept = old.scripts.filter(isRefused);
    this.#app = {
      ...this.#app,
      scripts: [...this.#app.scripts.filter((script) => !isRefused(script)), ...kept],
    };
    await this.#installApp();
  }

  #tell(report: ReloadReport): void {
    for (const script of report.changed) this.#log.info({ script }, `${script}: reloaded`);
    for (const script of report.removed) this.#log.info({ script }, `${script}: removed`);
  }
}

// A version that does not load never replaces a good one: the old one keeps serving.
function keepGood(next: LoadedApp, before: LoadedApp): LoadedApp {
  const names = new Set(next.failed.map(({ name }) => name));
  const kept = before.scripts.filter(({ file }) => names.has(file.name));
  const keptNames = new Set(kept.map(({ file }) => file.name));
  return {
    ...next,
    scripts: [...next.scripts, ...kept],
    failed: next.failed.filter(({ name }) => !keptNames.has(name)),
  };
}

function compare(before: Installation, after: Installation, app: LoadedApp): ReloadReport {
  const old = versions(before);
  const now = versions(after);
  return {
    changed: [...now].filter(([script, version]) => old.get(script) !== version).map(([script]) => script),
    removed: [...old.keys()].filter((script) => !now.has(script)),
    problems: app.problems,
    warnings: app.warnings,
  };
}

function versions(installed: Installation): Map<string, string> {
  return new Map(
    installed.rows.filter(({ kind }) => kind !== "static").map(({ script, version }) => [script, version]),
  );
}

function unknownTask(name: string, known: readonly string[]): string {
  if (known.length === 0) return `there is no task "${name}"; the app has none: put a script into tasks/`;
  const meant = nearest(name, known);
  const hint = meant === null ? `there are: ${known.join(", ")}` : `did you mean "${meant}"?`;
  return `there is no task "${name}"; ${hint}`;
}
