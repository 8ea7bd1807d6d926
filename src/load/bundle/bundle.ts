import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { build, stop } from "esbuild";
import type { BuildFailure, BuildOptions, BuildResult, Message } from "esbuild";
import { problem, type AppProblem } from "../files/app-problem.ts";
import { metaName, toFactory } from "./factory.ts";
import { importsPlugin } from "./imports-plugin.ts";
import { dialectOf, type ScriptFile } from "../files/app-files.ts";
import { factoryNames, globalNames } from "../../host/script/global-names.ts";
import type { CompileSource } from "../../boundary/host-spec.ts";

/** A script and all of its own files in one piece, ready to be compiled by a host. Plain data. */
export interface Bundle {
  /** The body of a factory that returns the script's exports. */
  readonly code: string;
  /** Source map from `code` to the app's files, whose names are relative to the app. */
  readonly map: string;
  /** The first 8 hexadecimal digits of the SHA-256 of `code`. */
  readonly version: string;
  /** Absolute files to watch, those of `shared` included. */
  readonly inputs: string[];
  /** Whether it awaits at its top level. */
  readonly async: boolean;
  /** The names that it takes from outside. */
  readonly uses: readonly string[];
  /** Absolute files of `shared/` that it imports. */
  readonly shared: readonly string[];
}

/** How scripts are bundled. */
export interface BundleOptions {
  /** The app's folder, absolute. */
  readonly root: string;
  /** Names to pass in where a script uses them; the dialect's (`diesel`) and the world's (`console`). */
  readonly names?: readonly string[];
}

/** Modules that a dialect's scripts may import by their bare name, though nothing is installed. */
const ownModules: Readonly<Record<string, readonly string[]>> = { scripting: ["scripting"] };

const defaultNames: readonly string[] = [...globalNames, "diesel", "Results"];

/** Bundles one script. What is wrong with it comes back as problems, each with the script's own file and line. */
export function bundleScript(script: ScriptFile, options: BundleOptions): Promise<Bundle | AppProblem[]> {
  const { name, file } = script;
  if (script.kind !== "program") return bundleFile({ name, file, as: "script" }, options);
  const modules = ownModules[dialectOf(script)] ?? [];
  return bundleFile({ name, file, as: "program", modules }, options);
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
export function compileSource(file: string, { code, version, async, uses, shared }: Bundle): CompileSource {
  return { code, name: `${file}?v=${version}`, async, uses, file, shared };
}

/** Ends the bundler's process. It starts again by itself when it is needed; it never keeps a program alive. */
export function stopBundler(): Promise<void> {
  return Promise.resolve(stop());
}

interface Entry {
  readonly name: string;
  readonly file: string;
  /** Of a program all free names are told: which of them are its dialect's, only its host knows. */
  readonly as: "script" | "program" | "shared" | "config";
  readonly modules?: readonly string[];
}

async function bundleFile(entry: Entry, options: BundleOptions): Promise<Bundle | AppProblem[]> {
  // The bundler names files by their real place; a folder reached through a link would not be found in `shared/`.
  const root = realpathSync(options.root);
  try {
    return bundleOf(await build(buildOptions(entry, root)), entry, { ...options, root });
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    return error.errors.map((message) => problemOf(message, entry));
  }
}

function buildOptions({ file, as, modules = [] }: Entry, root: string): BuildOptions & { metafile: true } {
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
    logLevel: "silent",
    banner: { js: '"use strict";' },
    define: { "import.meta": metaName },
    sourcemap: "external",
    sourcesContent: false,
    metafile: true,
    plugins: [importsPlugin({ root, config: as === "config", modules })],
  };
}

function bundleOf(result: BuildResult<{ metafile: true }>, { as }: Entry, options: BundleOptions): Bundle {
  const { root, names = defaultNames } = options;
  const text = (ending: string) => result.outputFiles?.find(({ path }) => path.endsWith(ending))?.text ?? "";
  const bundled = { code: text(".js"), map: withPlainSources(text(".js.map")) };
  const { code, map, async, free, shared } = toFactory(bundled, as === "shared" ? "shared" : "script", root);
  const own = Object.keys(result.metafile.inputs).filter((input) => !/^parlor-\w+:/.test(input));
  return {
    code,
    map,
    version: createHash("sha256").update(code).digest("hex").slice(0, 8),
    inputs: [...new Set([...own.map((input) => resolve(root, input)), ...shared])],
    async,
    uses:
      as === "program"
        ? [...free]
        : [...new Set([...factoryNames, ...names])].filter((name) => free.has(name)),
    shared,
  };
}

// The bundler writes sources as URLs; people, and the file system, know `[id].ts` and not `%5Bid%5D.ts`.
function withPlainSources(text: string): string {
  const map = JSON.parse(text) as { sources: string[] };
  return JSON.stringify({ ...map, sources: map.sources.map((source) => decodeURIComponent(source)) });
}

function problemOf({ text, location, detail }: Message, entry: Entry): AppProblem {
  const place = {
    file: location?.file ?? entry.name,
    line: location?.line ?? null,
    column: location === null ? null : location.column + 1,
  };
  const line = text.replaceAll(/\s+/g, " ");
  const path = /^Could not resolve "(.+?)"/.exec(line)?.[1];
  if (path !== undefined) return importProblem(place, path, detail);
  const [, module, name] = /^No matching export in "(.+?)" for import "(.+?)"/.exec(line) ?? [];
  if (module !== undefined && name !== undefined)
    return problem("PARLOR_SCRIPT_IMPORT/export", { ...place, module, name });
  if (line.startsWith("No loader is configured"))
    return problem("PARLOR_SCRIPT_IMPORT/type", { ...place, problem: line });
  return problem("PARLOR_SCRIPT_SYNTAX", { ...place, problem: line });
}

function importProblem(
  place: Pick<AppProblem, "file" | "line" | "column">,
  path: string,
  detail: unknown,
): AppProblem {
  if (detail === "url") return problem("PARLOR_SCRIPT_IMPORT/url", { ...place, path });
  if (/^[./#]/.test(path)) return problem("PARLOR_SCRIPT_IMPORT/file", { ...place, path });
  const name = path.split("/").slice(0, path.startsWith("@") ? 2 : 1);
  return problem("PARLOR_SCRIPT_IMPORT/package", { ...place, path, name: name.join("/") });
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}

function nameIn(root: string, file: string): string {
  const below = file.startsWith(root) ? file.slice(root.length + 1) : file;
  return below.replaceAll("\\", "/");
}
