// Load: reads, bundles, probes and checks all scripts of an app.
import { withoutUndefined } from "../boundary/checks.ts";
import type { ContractFacts } from "../boundary/contract/contract-facts.ts";
import type { ScriptShape } from "../boundary/shape.ts";
import { checkConfig, defaults, type ResolvedConfig } from "../config.ts";
import { dialects } from "../dialects/index.ts";
import { hasProblem, type AppProblem } from "./files/app-problem.ts";
import { bundleConfig, bundleScript, bundleShared } from "./bundle/bundle.ts";
import type { Bundle, BundleOptions } from "./bundle/bundle.ts";
import { screenWarning } from "./bundle/program-problems.ts";
import { readCronExports } from "./cron-exports.ts";
import type { ScriptSource, ScriptSpec } from "../boundary/host-spec.ts";
import { readRegistry, registryGlobals } from "./registry-files.ts";
import { projectLines } from "./project-lines.ts";
import { readApp, type AppFolder } from "./files/app-files.ts";
import { misplacedWarnings } from "./files/misplaced.ts";
import { dialectOf, REGISTRY, type ScriptFile } from "./files/script-file.ts";
import type { LoadMemory } from "./load-memory.ts";
import { probeConfig, startProbes, type ProbeScript } from "./probe/probe.ts";
import type { Schedule } from "./script-facts.ts";
import { contractProblem, scriptInfoOf, isProbed, mountOf, scheduleOf, sourceOf } from "./script-facts.ts";
import { likelyMistakes } from "./likely-mistakes.ts";
import { exportWarnings, sharedWarnings } from "./export-warnings.ts";
import { atExport } from "./export-place.ts";
import { atOption, optionProblems } from "./option-place.ts";
import { scriptKey } from "../boundary/script-key.ts";

/** A script that can be served. */
export interface LoadedScript {
  readonly file: ScriptFile;
  readonly spec: ScriptSpec;
  /** The files of `shared/` that it needs, those that they import included. */
  readonly shared: readonly ScriptSource[];
  /** A cron script's schedule. */
  readonly schedule: Schedule | null;
  /** The messages that its contract declares. */
  readonly messages: ContractFacts | null;
}

/** An app folder: its scripts, those that cannot be served, and its problems. */
export interface LoadedApp {
  readonly files: AppFolder;
  readonly config: ResolvedConfig;
  readonly scripts: readonly LoadedScript[];
  /** Scripts that cannot be served: their routes respond with 503. */
  readonly failed: readonly ScriptFile[];
  readonly problems: readonly AppProblem[];
  /** Those of the problems that keep `parlor.config` from loading: `config` then holds the defaults. */
  readonly configProblems: readonly AppProblem[];
  readonly warnings: readonly AppProblem[];
}

export interface LoadOptions {
  /** Whether scripts are searched for likely mistakes, too, which takes a second pass over each. */
  readonly warnings?: boolean;
  /** Keeps what the next load can use. */
  readonly memory?: LoadMemory<LoadedScript>;
  /** Whether a file was saved: then what takes long, or is absent only just, is left to another load. */
  readonly isSave?: boolean;
}

/** Loads an app. A script with a problem does not affect the others. */
export async function loadApp(dir: string, options: LoadOptions = {}): Promise<LoadedApp> {
  const files = await readApp(dir);
  const loading = new Loading(files, options);
  await loading.run();
  return loading.result();
}

/** Problems of the config that its name alone shows. */
const CONFIG_CODES: ReadonlySet<string> = new Set(["PARLOR_CONFIG", "PARLOR_CONFIG_TWICE"]);

class Loading {
  readonly #files: AppFolder;
  readonly #options: LoadOptions;
  readonly #problems: AppProblem[];
  readonly #warnings: AppProblem[] = [];
  readonly #failed: ScriptFile[] = [];
  readonly #scripts: LoadedScript[] = [];
  readonly #bundles = new Map<ScriptFile, Bundle>();
  #shared = new Map<string, Bundle>();
  #config: ResolvedConfig | null = null;
  readonly #configProblems: AppProblem[];

  constructor(files: AppFolder, options: LoadOptions) {
    this.#files = files;
    this.#options = options;
    this.#configProblems = files.problems.filter(({ code }) => CONFIG_CODES.has(code));
    this.#problems = files.problems.filter((problem) => !this.#configProblems.includes(problem));
  }

  async run(): Promise<void> {
    for (const script of this.#files.refused ?? []) this.#fail(script, []);
    // One after the other would be a 20 ms wait for each script; the bundler works on all at once.
    await Promise.all([this.#readConfig(), this.#bundleAll(), this.#readRegistry()]);
    await this.#lookAtFolders();
    const shapes = this.#startProbes();
    await Promise.all(this.#files.scripts.map((script) => this.#finish(script, shapes)));
    this.#remember();
  }

  async #finish(script: ScriptFile, shapes: ReturnType<typeof startProbes>): Promise<void> {
    const bundle = this.#bundles.get(script);
    if (bundle === undefined) return;
    const shape = await this.#shapeOf(script, bundle, shapes);
    if (shape !== null) await this.#judge(script, bundle, shape);
  }

  // In the order of the files, however long each took.
  #remember(): void {
    const { memory, isSave = false } = this.#options;
    const all = this.#files.scripts;
    this.#scripts.sort((a, b) => all.indexOf(a.file) - all.indexOf(b.file));
    const placeOf = ({ file }: AppProblem): number => all.findIndex(({ name }) => name === file);
    this.#warnings.sort((a, b) => placeOf(a) - placeOf(b));
    if (memory === undefined) return;
    const present = new Set([...all, ...this.#failed].map(scriptKey));
    if (isSave) this.#scripts.push(...memory.justAbsent(present));
    memory.keepScripts(this.#scripts, this.#failed);
  }

  result(): LoadedApp {
    return {
      files: this.#files,
      config: this.#config ?? defaults,
      scripts: this.#scripts,
      failed: this.#failed,
      problems: [...this.#configProblems, ...this.#problems],
      configProblems: this.#configProblems,
      warnings: this.#warnings,
    };
  }

  async #readConfig(): Promise<void> {
    const file = this.#files.configFile;
    if (file === null) return;
    const name = file.slice(this.#files.root.length + 1).replaceAll("\\", "/");
    const bundle = await bundleConfig(file, this.#bundling);
    if (Array.isArray(bundle)) {
      this.#configProblems.push(...bundle);
      return;
    }
    const outcome = await probeConfig({ script: { name, file }, bundle });
    if (!("value" in outcome)) {
      this.#configProblems.push(atOption(outcome, bundle));
      return;
    }
    const checked = checkConfig(outcome.value);
    if ("config" in checked) this.#config = checked.config;
    else this.#configProblems.push(...optionProblems(checked.problems, name, bundle));
  }

  async #bundleAll(): Promise<void> {
    const scripts = this.#files.scripts.filter((script) => dialectOf(script) !== REGISTRY);
    const made = await Promise.all(scripts.map((script) => bundleScript(script, this.#bundling)));
    const wanted = made.flatMap((bundle) => (Array.isArray(bundle) ? [] : bundle.shared));
    const shared = await bundleShared(wanted, this.#bundling);
    for (const [file, bundle] of shared) {
      if (Array.isArray(bundle)) this.#problems.push(...bundle);
      else this.#keepShared(file, bundle);
    }
    scripts.forEach((script, index) => this.#keep(script, made[index] as Bundle | AppProblem[]));
  }

  #keepShared(file: string, bundle: Bundle): void {
    this.#shared.set(file, bundle);
    const name = file.slice(this.#files.root.length + 1).replaceAll("\\", "/");
    this.#warnings.push(...sharedWarnings(name, bundle));
  }

  async #lookAtFolders(): Promise<void> {
    const { problems, warnings } = await projectLines(this.#files, this.#bundles);
    this.#problems.push(...problems);
    this.#warnings.push(...warnings);
    if (this.#options.warnings === true) this.#warnings.push(...(await misplacedWarnings(this.#files.root)));
  }

  // A folder that is one program: its files go to its host as they lie there, ES modules as functions, too.
  async #readRegistry(): Promise<void> {
    const { scripts, registry = [] } = this.#files;
    const folder = scripts.find((script) => dialectOf(script) === REGISTRY);
    if (folder === undefined) return;
    const { files, version, problems } = await readRegistry(registry, this.#bundling);
    this.#problems.push(...problems);
    if (!dialects.has(REGISTRY)) return this.#fail(folder, []);
    const info = scriptInfoOf(folder, { version, exports: [], scope: "route", tickRate: null });
    const spec = { info, source: registryGlobals(folder.file), module: null, files };
    this.#scripts.push({ file: folder, spec, shared: [], schedule: null, messages: null });
  }

  #keep(script: ScriptFile, bundle: Bundle | AppProblem[]): void {
    if (Array.isArray(bundle)) this.#fail(script, bundle);
    else if (bundle.shared.some((file) => !this.#shared.has(file))) this.#fail(script, []);
    else {
      const modules = dialects.get(dialectOf(script))?.modules ?? [];
      this.#warnings.push(...screenWarning(bundle, script.name, modules));
      this.#bundles.set(script, bundle);
    }
  }

  get #bundling(): BundleOptions {
    const { memory } = this.#options;
    const { root } = this.#files;
    return memory === undefined ? { root } : { root, memory };
  }

  // Those whose code was evaluated in an earlier load are not evaluated again.
  #startProbes(): ReturnType<typeof startProbes> {
    const { memory } = this.#options;
    const shapes = new Map<string, ReturnType<LoadMemory<LoadedScript>["shape"]> & object>();
    const unknown: ProbeScript[] = [];
    for (const [script, bundle] of this.#bundles) {
      if (!isProbed(script)) continue;
      const known = memory?.shape(script.name, this.#versionsOf(bundle));
      if (known === undefined) unknown.push({ script, bundle });
      else shapes.set(script.name, known);
    }
    for (const [name, shape] of startProbes(unknown, { shared: this.#shared })) shapes.set(name, shape);
    for (const { script, bundle } of unknown) {
      const shape = shapes.get(script.name);
      if (shape !== undefined) memory?.keepShape(script.name, this.#versionsOf(bundle), shape);
    }
    return shapes;
  }

  #versionsOf(bundle: Bundle): string {
    return [bundle.version, ...this.#sharedFor(bundle).map(({ name }) => name)].join(" ");
  }

  async #shapeOf(
    script: ScriptFile,
    bundle: Bundle,
    shapes: ReturnType<typeof startProbes>,
  ): Promise<ScriptShape | null> {
    if (!isProbed(script)) return readCronExports(bundle.code);
    const { memory, isSave = false } = this.#options;
    const coming = shapes.get(script.name);
    const waits = coming !== undefined && memory !== undefined && isSave;
    const shape = waits ? await memory.soon(coming, PATIENCE) : await coming;
    if (shape !== undefined && shape !== null && "exports" in shape) return shape;
    this.#fail(script, shape === undefined || shape === null ? [] : [shape]);
    return null;
  }

  async #judge(script: ScriptFile, bundle: Bundle, shape: ScriptShape): Promise<void> {
    const dialect = dialects.get(dialectOf(script));
    const verdict = dialect?.check(script.kind, shape) ?? { problems: ["no dialect serves it"] };
    const exports = Object.keys(shape.exports);
    const problems = "problems" in verdict ? verdict.problems : [];
    this.#warnings.push(...exportWarnings(script, { bundle, shape, problems }));
    const fail = (problems: readonly AppProblem[]): void =>
      this.#fail(
        script,
        problems.map((found) => atExport(found, { script, bundle, exports })),
      );
    if ("problems" in verdict) return fail(verdict.problems.map((text) => contractProblem(script, text)));
    const schedule = scheduleOf(script, shape);
    if (schedule !== null && "code" in schedule) return fail([schedule]);
    if (this.#options.warnings === true) this.#warnings.push(...(await likelyMistakes(script)));
    const mount = mountOf(script, shape);
    if (typeof mount !== "string") return fail([mount]);
    const { scope, tickRate, messages = null } = verdict;
    const { runOptions, protocols, limits, resume, history, isTyped, runs } = verdict;
    const facts = { version: bundle.version, exports, scope, tickRate };
    const optional = withoutUndefined({ runOptions, protocols, limits, resume, history, isTyped, runs });
    const info = scriptInfoOf({ ...script, route: mount }, { ...facts, ...optional });
    const spec = { info, source: sourceOf(script.file, bundle), module: null };
    this.#scripts.push({ file: script, spec, shared: this.#sharedFor(bundle), schedule, messages });
  }

  #sharedFor(bundle: Bundle): ScriptSource[] {
    const files = new Set<string>();
    const collect = (wanted: readonly string[]): void => {
      for (const file of wanted) {
        if (files.has(file)) continue;
        files.add(file);
        collect(this.#shared.get(file)?.shared ?? []);
      }
    };
    collect(bundle.shared);
    return [...files].map((file) => sourceOf(file, this.#shared.get(file) as Bundle));
  }

  #fail(script: ScriptFile, problems: readonly AppProblem[]): void {
    this.#failed.push(script);
    // A wrong file may be a part of every script: a tsconfig.json, for example.
    for (const found of problems) if (!hasProblem(this.#problems, found)) this.#problems.push(found);
  }
}

/** A save waits this long for a script to be evaluated, ms: a slow one is served when it is known. */
const PATIENCE = 1000;
