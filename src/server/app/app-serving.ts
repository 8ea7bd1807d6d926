// Server: serves an app folder: installs it, reloads it, runs its tasks.
import type { ResolvedConfig } from "../../config.ts";
import { ParlorError } from "../../boundary/errors.ts";
import type { TaskOutcome, TaskWatch } from "../../front/task-runs.ts";
import type { LoadedApp, LoadedScript } from "../../load/load-app.ts";
import { logEntry, type Log } from "../../log.ts";
import { AppLoading, type LoadingParts } from "./app-loading.ts";
import { runAppTask } from "./app-tasks.ts";
import { BreakingContracts } from "./breaking-contracts.ts";
import { deploymentOf, nameIn, type Deployment } from "../engine/deployment.ts";
import type { Engine } from "../engine/engine.ts";
import { NONE_FRESH, type Fresh } from "../engine/installer.ts";
import { settingsOf } from "../engine/options.ts";
import type { ReloadOptions, ServedScripts } from "../engine/parlor-server.ts";
import type { HostSettings } from "../engine/plan.ts";
import {
  failedReport,
  refusalOf,
  replacedHosts,
  reportOf,
  versionsOf,
  type ReloadListener,
  type ReloadReport,
} from "./reload-report.ts";
import {
  allHosts,
  hostsOf,
  keepGood,
  refuseUnloaded,
  scriptsAt,
  together,
  withScripts,
} from "./route-reload.ts";
import { logLoaded, logReload } from "./problem-log.ts";
import { unknownRoute } from "./unknown-name.ts";
import { scriptKey, type ScriptKey } from "../../boundary/script-key.ts";

/** An app folder on an engine. */
export class AppServing implements ServedScripts {
  readonly #engine: Engine;
  readonly #config: ResolvedConfig;
  readonly #loading: AppLoading;
  readonly #log: Log;
  readonly #onReload: ReloadListener;
  readonly #onServed: (app: LoadedApp) => void;
  #app: LoadedApp;
  /** Whether `.env` has changed since all scripts started. */
  #hasNewValues = false;
  /** One reload after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  /** A reload of the whole folder that has not started to read it, so it will see every save until then. */
  #coming: { readonly done: Promise<void>; isSave: boolean } | null = null;

  constructor(app: LoadedApp, parts: ServingParts) {
    this.#app = app;
    this.#engine = parts.engine;
    this.#config = parts.config;
    this.#loading = new AppLoading(parts);
    this.#log = parts.log;
    this.#onReload = parts.onReload;
    this.#onServed = parts.onServed ?? (() => undefined);
    parts.engine.figures.record.loaded(app.problems);
  }

  /** Serves the app as it was loaded. Returns the scripts that continue in their previous version, and why. */
  install(fresh: Fresh = NONE_FRESH): Promise<ReadonlyMap<ScriptKey, string>> {
    return this.#engine.installer.install(deploymentOf(this.#app, this.#settings), fresh);
  }

  /**
   * Loads the folder again; with a route, only its scripts and those that share its host, even if their code has not
   * changed.
   */
  reload(route?: string, { force = false }: ReloadOptions = {}): Promise<void> {
    if (route !== undefined) return this.#inTurn(() => this.#reloadNamed(route, force));
    return force ? this.#inTurn(() => this.#reloadAll(false, true)) : this.#reloadFolder(false);
  }

  /** Files were saved: as `reload`, without waiting for scripts that take long. */
  reloadSaved(): Promise<void> {
    return this.#reloadFolder(true);
  }

  // A file that is saved during a reload is seen by the next one.
  #reloadFolder(isSave: boolean): Promise<void> {
    if (this.#coming !== null) {
      this.#coming.isSave &&= isSave;
      return this.#coming.done;
    }
    const done = this.#inTurn(() => {
      const isSaved = this.#coming?.isSave === true;
      this.#coming = null;
      return this.#reloadAll(isSaved);
    });
    this.#coming = { done, isSave };
    return done;
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

  runTask(name: string, watch: TaskWatch): Promise<TaskOutcome> {
    const [engine, app, settings] = [this.#engine, this.#app, this.#settings];
    return runAppTask({ name, watch }, { engine, app, settings });
  }

  get #settings(): HostSettings {
    return settingsOf(this.#config);
  }

  get #deployment(): Deployment {
    return this.#engine.installer.deployment;
  }

  async #reloadAll(isSave: boolean, force = false): Promise<void> {
    if (this.#engine.leaving.isStopped) return;
    const startedAt = performance.now();
    try {
      const hasChanged = await this.#loadEnvironment();
      const app = await this.#loading.folder(isSave && !hasChanged, this.#app);
      if (this.#engine.leaving.isStopped) return;
      const unbroken = force ? app : this.#contracts().unbroken(this.#app, app, isSave);
      await this.#serveFolder(unbroken, isSave, startedAt);
    } catch (error) {
      // The bundler has ended with the server.
      if (this.#engine.leaving.isStopped) return;
      const text = error instanceof ParlorError ? error.message : String(error);
      logEntry(this.#log, "PARLOR_RELOAD_FAILED", { error: text });
      this.#engine.figures.record.rejected(error, this.#app.files.root);
      this.#onReload(failedReport(error));
    }
  }

  // A link on the way to the folder may have been turned to another release, with packages and files of its own.
  async #serveFolder(next: LoadedApp, isSave: boolean, startedAt: number): Promise<void> {
    const app = keepGood(next, this.#app);
    const isOther = this.#hasNewValues || this.#hasMoved(app);
    const hosts = isOther ? allHosts(app, this.#settings) : NONE_FRESH.hosts;
    await this.#serveState(app, { hosts, mustLoad: false, retries: !isSave }, isSave ? null : startedAt);
    this.#hasNewValues = false;
  }

  #hasMoved({ files }: LoadedApp): boolean {
    return files.root !== this.#app.files.root;
  }

  async #reloadNamed(route: string, force: boolean): Promise<void> {
    try {
      await this.#reloadOne(route, force);
    } catch (error) {
      this.#refuseStopped();
      this.#engine.figures.record.rejected(error, route);
      throw error;
    }
  }

  async #reloadOne(route: string, force: boolean): Promise<void> {
    this.#refuseStopped();
    const startedAt = performance.now();
    const old = this.#app;
    await this.#loadEnvironment();
    const next = await this.#loading.folder(false, old);
    this.#refuseStopped();
    if (this.#hasMoved(next)) return this.#serveFolder(next, false, startedAt);
    const named = scriptsAt(route, [old, next]);
    for (const script of this.#engine.installer.routing.claimants(route)) named.add(script);
    if (named.size === 0) throw unknownRoute(route, [old, next]);
    refuseUnloaded(named, next);
    if (!force) this.#contracts().refuseBreaking(old, next, named);
    const settings = this.#settings;
    const names = together(named, old, settings);
    const app = withScripts(old, keepGood(next, old), names);
    const fresh = { hosts: hostsOf(names, app, settings), mustLoad: true, retries: false };
    const refused = await this.#serveState(app, fresh, startedAt);
    for (const [script, problem] of refused)
      throw new ParlorError("PARLOR_RELOAD_REFUSED/handover", {
        script: nameIn(this.#deployment, script),
        problem,
      });
  }

  #refuseStopped(): void {
    if (this.#engine.leaving.isStopped) throw new ParlorError("PARLOR_CLOSING", {});
  }

  // A running thread keeps the values that it has started with.
  async #loadEnvironment(): Promise<boolean> {
    if (!(await this.#loading.environment())) return false;
    this.#hasNewValues = true;
    return true;
  }

  /** Serves another state of the folder. Returns the scripts that continue in their previous version, and why. */
  async #serveState(
    app: LoadedApp,
    fresh: Fresh,
    startedAt: number | null,
  ): Promise<ReadonlyMap<ScriptKey, string>> {
    const [before, old] = [this.#deployment, this.#app];
    this.#app = app;
    this.#onServed(app);
    const hosts = replacedHosts(before, deploymentOf(app, this.#settings).hosts, fresh.hosts);
    this.#log.debug({ kind: "reload", hosts }, "reload: replacing the hosts of what has changed");
    const refused = await this.install(fresh);
    // The stop of the server ends the versions that have not started yet.
    this.#refuseStopped();
    if (refused.size > 0) await this.#restore(old, refused);
    const duration = startedAt === null ? null : performance.now() - startedAt;
    const report = reportOf(before, this.#deployment, { app, fresh: fresh.hosts, refused });
    this.#engine.figures.record.reloaded(this.#app.problems);
    this.#logReport(report, duration);
    this.#onReload(report);
    return refused;
  }

  // A version that could not take over is removed again, so that tables and log name the version that serves.
  async #restore(old: LoadedApp, refused: ReadonlyMap<ScriptKey, string>): Promise<void> {
    const served = versionsOf(this.#deployment);
    for (const [key, problem] of refused) {
      const { name: script = key, version } = served.get(key) ?? {};
      logEntry(this.#log, "PARLOR_RELOAD_REFUSED/handover", { script, problem }, { script, version });
    }
    const isRefused = ({ file }: LoadedScript): boolean => refused.has(scriptKey(file));
    const kept = old.scripts.filter(isRefused);
    const names = (key: ScriptKey): string => served.get(key)?.name ?? key;
    const problems = Array.from(refused, ([key, why]) => refusalOf(names(key), why));
    this.#app = {
      ...this.#app,
      problems: [...this.#app.problems, ...problems],
      scripts: [...this.#app.scripts.filter((script) => !isRefused(script)), ...kept],
    };
    await this.install();
  }

  #contracts(): BreakingContracts {
    return new BreakingContracts(this.#engine.front.directory);
  }

  #logReport(report: ReloadReport, duration: number | null): void {
    const served = new Map([...versionsOf(this.#deployment).values()].map((one) => [one.name, one.version]));
    for (const script of report.changed)
      this.#log.info({ script, version: served.get(script) }, `${script}: reloaded`);
    for (const script of report.removed) this.#log.info({ script }, `${script}: removed`);
    // A script that has never loaded has no version.
    const withVersion = [...served].flatMap(([name, version]) => (version === "" ? [] : [name]));
    logLoaded(this.#log, report, new Set(withVersion));
    if (duration !== null) logReload(this.#log, report, duration);
  }
}

/** The parts that serve an app. */
export interface ServingParts extends LoadingParts {
  readonly engine: Engine;
  readonly config: ResolvedConfig;
  readonly onReload: ReloadListener;
  /** Called with each state of the folder that is served from now on. */
  readonly onServed?: (app: LoadedApp) => void;
}
