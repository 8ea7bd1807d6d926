// Load: reads, bundles, probes and checks all scripts of an app.
import type { ScriptShape } from "../boundary/shape.ts";
import { checkConfig, defaults, type ResolvedConfig } from "../config.ts";
import { dialects } from "../dialects/index.ts";
import { problem, type AppProblem } from "./files/app-problem.ts";
import { bundleConfig, bundleScript, bundleShared, compileSource, type Bundle } from "./bundle/bundle.ts";
import { readCronExports } from "./cron-exports.ts";
import type { ScriptSource, ScriptSpec } from "../boundary/host-spec.ts";
import { readRegistry, registryGlobals } from "./files/registry-files.ts";
import { readApp, type AppFolder } from "./files/app-files.ts";
import { dialectOf, REGISTRY, type ScriptFile } from "./files/script-file.ts";
import { probe, probeConfig, type ProbeScript } from "./probe/probe.ts";
import { findSharedState } from "./shared-state.ts";
import type { ScriptInfo } from "../boundary/script-info.ts";
import { scheduleProblem } from "../cron-pattern.ts";

/** A script that can be served. */
export interface LoadedScript {
  readonly file: ScriptFile;
  readonly spec: ScriptSpec;
  /** The files of `shared/` that it needs, those that they import included. */
  readonly shared: readonly ScriptSource[];
  /** A cron script's schedule. */
  readonly schedule: { readonly pattern: string; readonly timezone: string | null } | null;
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
}

/** Loads an app. A script with a problem does not affect the others. */
export async function loadApp(dir: string, options: LoadOptions = {}): Promise<LoadedApp> {
  const files = await readApp(dir);
  const loading = new Loading(files, options);
  await loading.run();
  return loading.result();
}

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
    this.#configProblems = files.problems.filter(({ code }) => code === "PARLOR_CONFIG_TWICE");
    this.#problems = files.problems.filter((problem) => !this.#configProblems.includes(problem));
  }

  async run(): Promise<void> {
    // One after the other would be a 20 ms wait for each script; the bundler works on all at once.
    await Promise.all([this.#readConfig(), this.#bundleAll(), this.#readRegistry()]);
    const shapes = await this.#probeAll();
    for (const script of this.#files.scripts) {
      const bundle = this.#bundles.get(script);
      if (bundle === undefined) continue;
      const shape = this.#shapeOf(script, bundle, shapes);
      if (shape !== null) await this.#judge(script, bundle, shape);
    }
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
    const bundle = await bundleConfig(file, { root: this.#files.root });
    if (Array.isArray(bundle)) {
      this.#configProblems.push(...bundle);
      return;
    }
    const outcome = await probeConfig({ script: { name, file }, bundle });
    if (!("value" in outcome)) {
      this.#configProblems.push(outcome);
      return;
    }
    const checked = checkConfig(outcome.value);
    if ("config" in checked) this.#config = checked.config;
    else
      this.#configProblems.push(
        ...checked.problems.map((text) => problem("PARLOR_CONFIG/option", { file: name, problem: text })),
      );
  }

  async #bundleAll(): Promise<void> {
    const { root } = this.#files;
    const scripts = this.#files.scripts.filter((script) => dialectOf(script) !== REGISTRY);
    const made = await Promise.all(scripts.map((script) => bundleScript(script, { root })));
    const wanted = made.flatMap((bundle) => (Array.isArray(bundle) ? [] : bundle.shared));
    const shared = await bundleShared(wanted, { root });
    for (const [file, bundle] of shared) {
      if (Array.isArray(bundle)) this.#problems.push(...bundle);
      else this.#shared.set(file, bundle);
    }
    scripts.forEach((script, index) => this.#keep(script, made[index] as Bundle | AppProblem[]));
  }

  // A folder that is one program: its files go to its host as they lie there.
  async #readRegistry(): Promise<void> {
    const { root, scripts, registry = [] } = this.#files;
    const folder = scripts.find((script) => dialectOf(script) === REGISTRY);
    if (folder === undefined) return;
    const { files, version, problems } = await readRegistry(root, registry);
    this.#problems.push(...problems);
    if (!dialects.has(REGISTRY)) return this.#fail(folder, []);
    const info = infoOf(folder, { version, exports: [], scope: "route", tickRate: null });
    const spec = { info, source: registryGlobals(folder.file), module: null, files };
    this.#scripts.push({ file: folder, spec, shared: [], schedule: null });
  }

  #keep(script: ScriptFile, bundle: Bundle | AppProblem[]): void {
    if (Array.isArray(bundle)) this.#fail(script, bundle);
    else if (bundle.shared.some((file) => !this.#shared.has(file))) this.#fail(script, []);
    else this.#bundles.set(script, bundle);
  }

  #probeAll(): ReturnType<typeof probe> {
    const scripts: ProbeScript[] = [];
    for (const [script, bundle] of this.#bundles) if (isProbed(script)) scripts.push({ script, bundle });
    return scripts.length === 0 ? Promise.resolve(new Map()) : probe(scripts, { shared: this.#shared });
  }

  #shapeOf(
    script: ScriptFile,
    bundle: Bundle,
    shapes: Awaited<ReturnType<typeof probe>>,
  ): ScriptShape | null {
    if (!isProbed(script)) return readCronExports(bundle.code);
    const shape = shapes.get(script.name);
    if (shape !== undefined && "exports" in shape) return shape;
    this.#fail(script, shape === undefined ? [] : [shape]);
    return null;
  }

  async #judge(script: ScriptFile, bundle: Bundle, shape: ScriptShape): Promise<void> {
    const dialect = dialects.get(dialectOf(script));
    const verdict = dialect?.check(script.kind, shape) ?? { problems: ["no dialect serves it"] };
    if ("problems" in verdict) {
      this.#fail(
        script,
        verdict.problems.map((text) => contractProblem(script, text)),
      );
      return;
    }
    const schedule = script.kind === "cron" ? this.#scheduleOf(script, shape) : null;
    if (script.kind === "cron" && schedule === null) return;
    const warning = this.#options.warnings === true ? await findSharedState(script) : null;
    if (warning !== null) this.#warnings.push(warning);
    const mount = mountOf(script, shape);
    if (typeof mount !== "string") return this.#fail(script, [mount]);
    const { scope, tickRate, runOptions } = verdict;
    const { version } = bundle;
    const facts = { version, exports: Object.keys(shape.exports), scope, tickRate };
    const info = infoOf(
      { ...script, route: mount },
      runOptions === undefined ? facts : { ...facts, runOptions },
    );
    const spec = { info, source: sourceOf(script.file, bundle), module: null };
    this.#scripts.push({ file: script, spec, shared: this.#sharedFor(bundle), schedule });
  }

  #scheduleOf(script: ScriptFile, shape: ScriptShape): LoadedScript["schedule"] {
    const pattern = textOf(shape, "schedule");
    const timezone = textOf(shape, "timezone");
    if (pattern === null) return null;
    const wrong = scheduleProblem(pattern, timezone);
    if (wrong === null) return { pattern, timezone };
    this.#fail(script, [contractProblem(script, wrong)]);
    return null;
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
    this.#problems.push(...problems);
  }
}

function infoOf(
  script: ScriptFile,
  facts: Pick<ScriptInfo, "version" | "exports" | "scope" | "tickRate" | "runOptions">,
): ScriptInfo {
  const { kind, name, route } = script;
  return { kind, name, route, dialect: dialectOf(script), ...facts };
}

// Where a Bolt program's paths begin: all others have their route by their name.
function mountOf(script: ScriptFile, { exports }: ScriptShape): string | AppProblem {
  const mount = exports["mount"];
  if (dialectOf(script) !== "bolt" || mount === undefined) return script.route;
  const value = mount.type === "data" ? mount.value : null;
  if (typeof value === "string" && /^(\/[\w.~-]+)+$/.test(value)) return value;
  return contractProblem(script, `"mount" must be a literal path, as in: export const mount = "/shop"`);
}

function contractProblem({ name }: ScriptFile, text: string): AppProblem {
  return problem("PARLOR_SCRIPT_CONTRACT", { file: name, problem: text });
}

function isProbed(script: ScriptFile): boolean {
  return script.kind === "ws" || script.kind === "http";
}

function sourceOf(file: string, bundle: Bundle): ScriptSource {
  return { ...compileSource(file, bundle), map: bundle.map };
}

function textOf(shape: ScriptShape, name: string): string | null {
  const value = shape.exports[name];
  return value?.type === "data" && typeof value.value === "string" ? value.value : null;
}
