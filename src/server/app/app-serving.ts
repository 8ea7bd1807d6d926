// Server: serves an app folder: installs it, reloads it, runs its tasks.
import type { ResolvedConfig } from "../../config.ts";
import { ParlorError } from "../../boundary/errors.ts";
import type { TaskOutcome, TaskWatch } from "../../front/task-runs.ts";
import type { LoadedApp, LoadedScript } from "../../load/load-app.ts";
import { logEntry, type Log } from "../../log.ts";
import type { AppEnvironment } from "./app-environment.ts";
import { runAppTask } from "./app-tasks.ts";
import { deploymentOf, nameIn, type Deployment } from "../engine/deployment.ts";
import type { Engine } from "../engine/engine.ts";
import { NONE_FRESH, type Fresh } from "../engine/installer.ts";
import { settingsOf } from "../engine/options.ts";
import type { ServedScripts } from "../engine/parlor-server.ts";
import type { HostSettings } from "../engine/plan.ts";
import { reportOf, versionsOf, type ReloadListener, type ReloadReport } from "./reload-report.ts";
import {
  allHosts,
  hostsOf,
  keepGood,
  refuseUnloaded,
  scriptsAt,
  together,
  withScripts,
} from "./route-reload.ts";
import { hintFor } from "./unknown-name.ts";
import { scriptKey, type ScriptKey } from "../../boundary/script-key.ts";

/** An app folder on an engine. */
export class AppServing implements ServedScripts {
  readonly #engine: Engine;
  readonly #config: ResolvedConfig;
  readonly #environment: ServingParts["environment"];
  readonly #log: Log;
  readonly #onReload: ReloadListener;
  readonly #load: ServingParts["load"];
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
    this.#environment = parts.environment;
    this.#log = parts.log;
    this.#onReload = parts.onReload;
    this.#load = parts.load;
  }

  /** Serves the app as it was loaded. Returns the scripts that continue in their previous version, and why. */
  install(fresh: Fresh = NONE_FRESH): Promise<ReadonlyMap<ScriptKey, string>> {
    return this.#engine.installer.install(deploymentOf(this.#app, this.#settings), fresh);
  }

  /**
   * Loads the folder again; with a route, only its scripts and those that share its host, even if their code has not
   * changed.
   */
  reload(route?: string): Promise<void> {
    return route === undefined ? this.#reloadFolder(false) : this.#inTurn(() => this.#reloadOne(route));
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

  async #reloadAll(isSave: boolean): Promise<void> {
    if (this.#engine.isStopped) return;
    try {
      const hasChanged = await this.#loadEnvironment();
      const app = keepGood(await this.#loadFolder(isSave && !hasChanged), this.#app);
      if (this.#engine.isStopped) return;
      const hosts = this.#hasNewValues ? allHosts(app, this.#settings) : NONE_FRESH.hosts;
      await this.#serveState(app, { hosts, mustLoad: false });
      this.#hasNewValues = false;
    } catch (error) {
      const text = error instanceof ParlorError ? error.message : String(error);
      logEntry(this.#log, "PARLOR_RELOAD_FAILED", { error: text });
    }
  }

  async #reloadOne(route: string): Promise<void> {
    this.#refuseStopped();
    const old = this.#app;
    await this.#loadEnvironment();
    const next = await this.#loadFolder(false);
    this.#refuseStopped();
    const named = scriptsAt(route, [old, next]);
    for (const script of this.#engine.installer.routing.claimants(route)) named.add(script);
    if (named.size === 0) throw unknownRoute(route, [old, next]);
    refuseUnloaded(named, next);
    const settings = this.#settings;
    const names = together(named, old, settings);
    const app = withScripts(old, keepGood(next, old), names);
    const refused = await this.#serveState(app, { hosts: hostsOf(names, app, settings), mustLoad: true });
    for (const [script, problem] of refused)
      throw new ParlorError("PARLOR_RELOAD_REFUSED/handover", { script: this.#nameOf(script), problem });
  }

  // A folder that is moved or replaced is not an app without routes: nothing that is served ends by that.
  async #loadFolder(isSave: boolean): Promise<LoadedApp> {
    const app = await this.#load(isSave);
    if (app.problems.some(({ code }) => code === "PARLOR_APP_MISSING"))
      throw new ParlorError("PARLOR_APP_MISSING", { file: app.files.root });
    return app;
  }

  #refuseStopped(): void {
    if (this.#engine.isStopped) throw new ParlorError("PARLOR_CLOSING", {});
  }

  // A running thread keeps the values that it has started with.
  async #loadEnvironment(): Promise<boolean> {
    if (!(await this.#environment.load())) return false;
    this.#hasNewValues = true;
    this.#log.info({}, ".env changed: restarted scripts see the new values");
    return true;
  }

  /** Serves another state of the folder. Returns the scripts that continue in their previous version, and why. */
  async #serveState(app: LoadedApp, fresh: Fresh): Promise<ReadonlyMap<ScriptKey, string>> {
    const [before, old] = [this.#deployment, this.#app];
    this.#app = app;
    const refused = await this.install(fresh);
    if (refused.size > 0) await this.#restore(old, refused);
    const report = reportOf(before, this.#deployment, { app, fresh: fresh.hosts, refused });
    this.#logReport(report);
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
    this.#app = {
      ...this.#app,
      scripts: [...this.#app.scripts.filter((script) => !isRefused(script)), ...kept],
    };
    await this.install();
  }

  #nameOf(script: ScriptKey): string {
    return nameIn(this.#deployment, script);
  }

  #logReport(report: ReloadReport): void {
    const served = new Map([...versionsOf(this.#deployment).values()].map((one) => [one.name, one.version]));
    for (const script of report.changed)
      this.#log.info({ script, version: served.get(script) }, `${script}: reloaded`);
    for (const script of report.removed) this.#log.info({ script }, `${script}: removed`);
  }
}

/** The parts that serve an app. */
export interface ServingParts {
  readonly engine: Engine;
  readonly config: ResolvedConfig;
  readonly environment: Pick<AppEnvironment, "load">;
  readonly log: Log;
  readonly onReload: ReloadListener;
  /** Loads the folder, again or after a save. */
  readonly load: (isSave: boolean) => Promise<LoadedApp>;
}

function unknownRoute(route: string, apps: readonly LoadedApp[]): ParlorError {
  const files = apps.flatMap(({ scripts, failed }) => [...scripts.map(({ file }) => file), ...failed]);
  const known = new Set(files.flatMap((file) => [file.route, file.name]).filter((name) => name !== ""));
  return new ParlorError("PARLOR_ROUTE_UNKNOWN/name", { route, hint: hintFor(route, [...known]) });
}
