// Load: bundles a script and its own files into one piece of code.
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { BuildFailure, BuildOptions, BuildResult } from "esbuild";
import type { AppProblem } from "../files/app-problem.ts";
import { buildProblems } from "./build-problem.ts";
import { bundler } from "./bundler-process.ts";
import { metaName, toFactory } from "./factory.ts";
import { importsPlugin } from "./imports-plugin.ts";
import { programProblems, SCREEN_ELEMENT } from "./program-problems.ts";
import { ringPlugin } from "./ring-plugin.ts";
import { dialectOf, type ScriptFile } from "../files/script-file.ts";
import { factoryNames, globalNames } from "../../host/script/script-globals.ts";
import type { ScriptModule } from "../../host/api/dialect.ts";
import { dialects } from "../../dialects/index.ts";
import { unlessTooDeep } from "./too-deep.ts";
import type { CompileSource } from "../../boundary/host-spec.ts";

/** A script and all of its own files in one piece, ready to be compiled by a host. Plain data. */
export interface Bundle {
  /** The body of a factory that returns the script's exports. */
  readonly code: string;
  /** Source map from `code` to the app's files, whose names are relative to the app. */
  readonly map: string;
  /** The first 8 hexadecimal digits of the SHA-256 of `code`. */
  readonly version: string;
  /** Whether it awaits at its top level. */
  readonly async: boolean;
  /** The names that it takes from outside. */
  readonly uses: readonly string[];
  /** Absolute files of `shared/` that it imports. */
  readonly shared: readonly string[];
  /** Packages and modules of Node that it imports statically; left out for none. */
  readonly packages?: readonly string[];
  /** The names that it exports, as far as they are known without evaluating it. */
  readonly exports: readonly string[];
  /** Of a file of `shared/`: whether it may export `onStart` or `onStop`. */
  readonly hasHooks?: boolean;
}

/** How scripts are bundled. */
export interface BundleOptions {
  /** The app's folder, absolute. */
  readonly root: string;
  /** Names to pass in where a script uses them: the dialect's (`diesel`) and the globals (`console`). */
  readonly names?: readonly string[];
  /** Keeps bundles from one load to the next; left out, all are made. */
  readonly memory?: BundleMemory;
}

/** Returns a bundle that was made before, if none of its files has changed, else makes it. */
export interface BundleMemory {
  /** `make` calls `onInput` with each file of the bundle, before the file is read. */
  bundle(id: string, make: (onInput: OnInput) => Promise<MadeBundle>): Promise<MadeBundle>;
}

/** A bundle, or the problems that keep it from being made. */
export type MadeBundle = Bundle | AppProblem[];

type OnInput = (file: string) => void;

const defaultNames: readonly string[] = [...globalNames, "diesel", "Results"];

/** Bundles one script, or returns its problems, each with the script's own file and line. */
export function bundleScript(script: ScriptFile, options: BundleOptions): Promise<Bundle | AppProblem[]> {
  const { name, file } = script;
  if (script.kind !== "program") return bundleFile({ name, file, as: "script" }, options);
  const modules = dialects.get(dialectOf(script))?.modules ?? [];
  return bundleFile({ name, file, as: "program", modules }, options);
}

/** Bundles a program in Ring that serves nothing: its faults name the lines that Ring names. `root` is its folder. */
export function bundleRing(file: string, options: BundleOptions): Promise<Bundle | AppProblem[]> {
  return bundleFile({ name: nameIn(options.root, file), file, as: "ring" }, options);
}

/** Bundles the app's config file, to be evaluated like a script. */
export function bundleConfig(file: string, options: BundleOptions): Promise<Bundle | AppProblem[]> {
  return bundleFile({ name: nameIn(options.root, file), file, as: "config" }, options);
}

/** Bundles the given files of `shared/` and those that they import in turn, each by itself. */
export async function bundleShared(
  files: Iterable<string>,
  options: BundleOptions,
): Promise<Map<string, Bundle | AppProblem[]>> {
  const bundles = new Map<string, Bundle | AppProblem[]>();
  let next = new Set(files);
  while (next.size > 0) {
    const bundling = [...next].map(async (file) => {
      const bundle = await bundleFile({ name: nameIn(options.root, file), file, as: "shared" }, options);
      bundles.set(file, bundle);
      return Array.isArray(bundle) ? [] : bundle.shared;
    });
    const wanted = (await Promise.all(bundling)).flat();
    next = new Set(wanted.filter((file) => !bundles.has(file)));
  }
  return bundles;
}

/** A bundle as a host compiles it. Its name in stacks carries the version. */
export function compileSource(
  file: string,
  { code, version, async, uses, shared, packages = [], hasHooks }: Bundle,
): CompileSource {
  const source = { code, name: `${file}?v=${version}`, async, uses, file, shared, packages };
  return hasHooks === true ? { ...source, hasHooks } : source;
}

/** The files that a bundle is made of, as its map names them: relative to the app. */
export function sourcesOf({ map }: Bundle): readonly string[] {
  return (JSON.parse(map) as { sources: string[] }).sources;
}

/**
 * Keeps the bundler's process for a user, until it calls the returned function. With the last user the process ends, and
 * fails what it builds. The next bundle starts it again.
 */
export function holdBundler(): () => void {
  return bundler.hold();
}

interface Entry {
  readonly name: string;
  readonly file: string;
  /** The bundle of a program lists all its free names: only its host knows which of them its dialect defines. */
  readonly as: "script" | "program" | "ring" | "shared" | "config";
  readonly modules?: readonly ScriptModule[];
}

function bundleFile(entry: Entry, options: BundleOptions): Promise<MadeBundle> {
  const { memory } = options;
  if (memory === undefined) return makeBundle(entry, options, () => undefined);
  return memory.bundle(`${entry.as} ${entry.file}`, (onInput) => makeBundle(entry, options, onInput));
}

async function makeBundle(entry: Entry, options: BundleOptions, onInput: OnInput): Promise<MadeBundle> {
  // The bundler names files by their real place; a folder reached through a link would not be found in `shared/`.
  const root = realpathSync(options.root);
  const { name, modules = [] } = entry;
  try {
    const result = await bundler.build(buildOptions(entry, root, onInput));
    const problems = programProblems(result, name, modules);
    return problems.length > 0 ? problems : bundleOf(result, entry, { ...options, root });
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    for (const file of wantedFiles(error.errors, root)) onInput(file);
    return buildProblems(error.errors, name, modules);
  }
}

// Saving one of them may mend the bundle.
function wantedFiles(errors: BuildFailure["errors"], root: string): string[] {
  return errors.flatMap(({ text, location }) => {
    const path = /^Could not resolve "(\.{1,2}\/.+?)"/.exec(text)?.[1];
    if (path === undefined || location === null) return [];
    const wanted = resolve(root, dirname(location.file), path);
    return [
      wanted,
      ...[".ts", ".tsx", ".js", ".mts", ".mjs", ".json"].map((extension) => wanted + extension),
    ];
  });
}

function buildOptions({ file, as, modules = [] }: Entry, root: string, onInput: OnInput): BuildOptions {
  return {
    absWorkingDir: root,
    entryPoints: [file],
    outfile: join(root, "bundle.js"),
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["node", "import"],
    target: "node20",
    charset: "utf8",
    legalComments: "none",
    keepNames: true,
    logLevel: "silent",
    banner: { js: '"use strict";' },
    // The last two are names of CommonJS modules, as packages of a workspace may be.
    define: {
      "import.meta": metaName,
      __dirname: `${metaName}.dirname`,
      __filename: `${metaName}.filename`,
    },
    sourcemap: "external",
    sourcesContent: false,
    ...(modules.length > 0 && { jsxFactory: SCREEN_ELEMENT, jsxFragment: SCREEN_ELEMENT }),
    plugins: [
      importsPlugin({ root, entry: file, config: as === "config", modules, onInput }),
      ringPlugin({ root, entry: file, hasRingLines: as === "ring" }),
    ],
  };
}

function bundleOf(result: BuildResult, { as, name }: Entry, options: BundleOptions): MadeBundle {
  const { root, names = defaultNames } = options;
  const text = (ending: string) => result.outputFiles?.find(({ path }) => path.endsWith(ending))?.text ?? "";
  const bundled = { code: text(".js"), map: withPlainSources(text(".js.map")) };
  const kind = as === "shared" ? "shared" : "script";
  const made = unlessTooDeep(() => toFactory(bundled, kind, root), bundled, name);
  if (Array.isArray(made)) return made;
  const { code, map, async, free, shared, packages, exports } = made;
  return {
    exports,
    // Some names are not known here, but they are in the code.
    ...(kind === "shared" && /\bonSt(?:art|op)\b/.test(code) && { hasHooks: true }),
    code,
    map,
    version: createHash("sha256").update(code).digest("hex").slice(0, 8),
    async,
    uses:
      as === "program" || as === "ring"
        ? [...free]
        : [...new Set([...factoryNames, ...names])].filter((name) => free.has(name)),
    shared,
    packages,
  };
}

// The bundler writes sources as URLs; people, and the file system, know `[id].ts` and not `%5Bid%5D.ts`.
function withPlainSources(text: string): string {
  const map = JSON.parse(text) as { sources: string[] };
  return JSON.stringify({ ...map, sources: map.sources.map(decodeURIComponent) });
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}

function nameIn(root: string, file: string): string {
  const below = file.startsWith(root) ? file.slice(root.length + 1) : file;
  return below.replaceAll("\\", "/");
}
