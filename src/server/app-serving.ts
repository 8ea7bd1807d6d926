import type { ResolvedConfig } from "../config.ts";
import type { RunEvent } from "../boundary/events.ts";
import type { Log } from "../log.ts";
import type { AppProblem } from "../load/files/app-problem.ts";
import { makeHost } from "../host/kinds/make-host.ts";
import type { AppEnvironment } from "./app-environment.ts";
import { loadApp, type LoadedApp, type LoadedScript } from "../load/load-app.ts";
import type { Engine } from "./engine.ts";
import { deploymentOf, type Deployment } from "./deployment.ts";
import { settingsOf } from "./options.ts";
import { planTask } from "./plan.ts";
import { allHosts, hostsOf, refuseUnloaded, scriptsAt, together, withScripts } from "./route-reload.ts";
import type { TaskOutcome, TaskWatch } from "../front/task-runs.ts";
import { unknownName } from "./unknown-name.ts";

/** Called after each reload. */
export type ReloadListener = (report: ReloadReport) => void;

/** The result of a reload. */
export interface ReloadReport {
  /** Scripts that are new, that have a new version, or whose route was reloaded by name. */
  readonly changed: readonly string[];
  /** Scripts that are not served any more. */
  readonly removed: readonly string[];
  /** Everything in the app that cannot be served, and why; a previous version of it may still be served. */
  readonly problems: readonly AppProblem[];
  /** Likely mistakes. */
  readonly warnings: readonly AppProblem[];
}

const NONE: ReadonlySet<string> = new Set();

/** What an app is served with. */
export interface ServingParts {
  readonly engine: Engine;
  readonly config: ResolvedConfig;
  readonly environment: Pick<AppEnvironment, "load">;
  readonly log: Log;
  readonly onReload: ReloadListener;
}

/** An app folder on an engine: installs it, reloads it, runs its tasks. */
export class AppServing {
  readonly #engine: Engine;
  readonly #config: ResolvedConfig;
  readonly #environment: ServingParts["environment"];
  readonly #log: Log;
  readonly #onReload: ReloadListener;
  #app: LoadedApp;
  /** Whether `.env` has changed since all scripts began. */
  #hasNewValues = false;
  /** One reload after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  /** A reload of all that has not begun to read the folder: what is saved until then is seen by it. */
  #coming: Promise<void> | null = null;

  constructor(app: LoadedApp, parts: ServingParts) {
    this.#app = app;
    this.#engine = parts.engine;
    this.#config = parts.config;
    this.#environment = parts.environment;
    this.#log = parts.log;
    this.#onReload = parts.onReload;
  }

  get root(): string {
    return this.#app.files.root;
  }

  async install(): Promise<void> {
    await this.#installApp();
  }

  #installApp(fresh: ReadonlySet<string> = NONE): Promise<ReadonlyMap<string, string>> {
    return this.#engine.install(deploymentOf(this.#app, settingsOf(this.#config)), fresh);
  }

  /** Loads the folder anew; what is saved during a reload is seen by the one after it. */
  reload(): Promise<void> {
    return (this.#coming ??= this.#inTurn(() => {
      this.#coming = null;
      return this.#reloadAll();
    }));
  }

  /** Loads the scripts of one route anew, and those that share its host, whether their code has changed or not. */
  reloadRoute(route: string): Promise<void> {
    return this.#inTurn(() => this.#reloadOne(route));
  }

  /** Resolves when no reload is under way. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
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
    if (this.#engine.isStopped) return;
    try {
      await this.#loadEnvironment();
      const app = keepGood(await loadApp(this.root, { warnings: true }), this.#app);
      if (this.#engine.isStopped) return;
      await this.#takeOver(app, this.#hasNewValues ? allHosts(app, settingsOf(this.#config)) : NONE);
      this.#hasNewValues = false;
    } catch (error) {
      this.#log.error({}, `reload failed, the versions before it stay: ${String(error)}`);
    }
  }

  async #reloadOne(route: string): Promise<void> {
    this.#refuseStopped();
    const old = this.#app;
    await this.#loadEnvironment();
    const next = await loadApp(this.root, { warnings: true });
    this.#refuseStopped();
    const named = scriptsAt(route, [old, next]);
    for (const script of this.#engine.claimants(route)) named.add(script);
    if (named.size === 0) throw new Error(unknownRoute(route, [old, next]));
    refuseUnloaded(named, next);
    const settings = settingsOf(this.#config);
    const names = together(named, old, settings);
    const app = withScripts(old, keepGood(next, old), names);
    const refused = await this.#takeOver(app, hostsOf(names, app, settings));
    for (const [script, problem] of refused) throw new Error(refusal(script, problem));
  }

  #refuseStopped(): void {
    if (this.#engine.isStopped) throw new Error("the server is closing");
  }

  // A thread keeps the values that it has begun with.
  async #loadEnvironment(): Promise<void> {
    if (!(await this.#environment.load())) return;
    this.#hasNewValues = true;
    this.#log.info({}, ".env has changed: what begins anew has its new values");
  }

  /** Serves another state of the folder. Answers what stays as it was, and why. */
  async #takeOver(app: LoadedApp, fresh = NONE): Promise<ReadonlyMap<string, string>> {
    const [before, old] = [this.#engine.installed, this.#app];
    this.#app = app;
    const refused = await this.#installApp(fresh);
    if (refused.size > 0) await this.#goBack(old, refused);
    const report = compare(before, this.#engine.installed, { app, fresh, refused });
    this.#tell(report);
    this.#onReload(report);
    return refused;
  }

  // What could not take over is taken out again, so that tables and log tell of the version that serves.
  async #goBack(old: LoadedApp, refused: ReadonlyMap<string, string>): Promise<void> {
    const served = versions(this.#engine.installed);
    for (const [script, problem] of refused)
      this.#log.error({ script, version: served.get(script) }, refusal(script, problem));
    const isRefused = ({ file }: LoadedScript): boolean => refused.has(file.name);
    const kept = old.scripts.filter(isRefused);
    this.#app = {
      ...this.#app,
      scripts: [...this.#app.scripts.filter((script) => !isRefused(script)), ...kept],
    };
    await this.#installApp();
  }

  #tell(report: ReloadReport): void {
    const served = versions(this.#engine.installed);
    for (const script of report.changed)
      this.#log.info({ script, version: served.get(script) }, `${script}: reloaded`);
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

interface Taken {
  readonly app: LoadedApp;
  /** The hosts that were to begin anew in any case. */
  readonly fresh: ReadonlySet<string>;
  readonly refused: ReadonlyMap<string, string>;
}

function compare(before: Deployment, after: Deployment, { app, fresh, refused }: Taken): ReloadReport {
  const old = versions(before);
  const now = versions(after);
  const hosts = [...fresh].flatMap((name) => after.hosts.get(name)?.scripts ?? []);
  const begun = new Set(hosts.map(({ info }) => info.name).filter((script) => !refused.has(script)));
  const isChanged = ([script, version]: [string, string]): boolean =>
    begun.has(script) || old.get(script) !== version;
  return {
    changed: [...now].filter(isChanged).map(([script]) => script),
    removed: [...old.keys()].filter((script) => !now.has(script)),
    problems: app.problems,
    warnings: app.warnings,
  };
}

function versions(installed: Deployment): Map<string, string> {
  return new Map(
    installed.rows.filter(({ kind }) => kind !== "static").map(({ script, version }) => [script, version]),
  );
}

function refusal(script: string, problem: string): string {
  return `${script}: ${problem}; the version before it stays`;
}

function unknownTask(name: string, known: readonly string[]): string {
  if (known.length === 0) return `there is no task "${name}"; the app has none: put a script into tasks/`;
  return unknownName("task", name, known);
}

function unknownRoute(route: string, apps: readonly LoadedApp[]): string {
  const files = apps.flatMap(({ scripts, failed }) => [...scripts.map(({ file }) => file), ...failed]);
  const known = new Set(files.flatMap((file) => [file.route, file.name]).filter((name) => name !== ""));
  return unknownName("route or script", route, [...known]);
}
