// Load: makes the ES modules and the TypeScript of a registry ready to be compiled by its host.
import { createHash } from "node:crypto";
import { join, posix } from "node:path";
import type { BuildFailure, BuildOptions, BuildResult, Loader, Plugin } from "esbuild";
import type { ProgramModule } from "../../boundary/events.ts";
import { buildProblem } from "./build-problem.ts";
import type { Bundle, BundleOptions, MadeBundle } from "./bundle.ts";
import { bundler } from "./bundler-process.ts";
import { metaName, toFactory } from "./factory.ts";
import { parseModule } from "./syntax.ts";
import { formatProblem } from "../files/app-problem.ts";

/**
 * Returns what a host compiles of a file, or the problem with its line; undefined for CommonJS and for files that are not
 * code, which are used as they are. The imports stay with the registry: it decides at run time what they mean.
 */
export async function registryModule(
  source: RegistrySource,
  options: BundleOptions,
): Promise<ProgramModule | undefined> {
  if (!isMade(source)) return undefined;
  const known = await remembered(source, options);
  const made = known ?? (await makeModule(source, options.root));
  if (!Array.isArray(made)) return moduleOf(made);
  const isValidElsewhere = made.every(({ message }) => message === TOP_LEVEL_AWAIT);
  return { problem: made.map(formatProblem).join("; "), isValidElsewhere };
}

function moduleOf({ code, version, map, uses }: Bundle): ProgramModule {
  return { code, version, map, uses };
}

// The file may have been saved after its text was read: what is remembered may be of another text.
async function remembered(
  source: RegistrySource,
  { root, memory }: BundleOptions,
): Promise<MadeBundle | null> {
  if (memory === undefined) return null;
  const file = join(root, ...source.name.split("/"));
  const made = await memory.bundle(`registry ${file}`, (onInput) => {
    onInput(file);
    return makeModule(source, root);
  });
  return Array.isArray(made) || made.version === versionOf(source) ? made : null;
}

/** A file of a registry. */
export interface RegistrySource {
  /** Relative to the app: `dirigible/tea/kitchen.mjs`. */
  readonly name: string;
  readonly text: string;
}

const LOADERS: ReadonlyMap<string, Loader> = new Map([
  [".js", "js"],
  [".mjs", "js"],
  [".ts", "ts"],
]);

function isMade({ name, text }: RegistrySource): boolean {
  const extension = posix.extname(name);
  if (!LOADERS.has(extension) || name.endsWith(".d.ts")) return false;
  return extension !== ".js" || isEsModule(text);
}

// The words alone may stand in a comment or in a text. Code that does not parse is judged by its lines.
function isEsModule(text: string): boolean {
  if (!/\b(?:import|export)\b/.test(text)) return false;
  try {
    return parseModule(text).body.some(({ type }) => /^(?:Import|Export)/.test(type));
  } catch {
    return /^\s*(?:import\s*["'{*\w]|export\s*[{*\w])/m.test(text);
  }
}

async function makeModule(source: RegistrySource, root: string): Promise<MadeBundle> {
  try {
    return bundleOf(await bundler.build(buildOptions(source, root)), source, root);
  } catch (error) {
    if (!(error instanceof Error) || !("errors" in error)) throw error;
    return (error as BuildFailure).errors.map((message) => {
      const text = message.text.startsWith("Top-level await") ? TOP_LEVEL_AWAIT : message.text;
      return { ...buildProblem({ ...message, text }, source.name), message: text };
    });
  }
}

const TOP_LEVEL_AWAIT = "a module of the registry cannot await at its top level; await in a function";

function buildOptions({ name, text }: RegistrySource, root: string): BuildOptions {
  const loader = LOADERS.get(posix.extname(name)) ?? "js";
  return {
    absWorkingDir: root,
    stdin: { contents: text, sourcefile: name, loader },
    outfile: join(root, "bundle.js"),
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "node20",
    supported: { "top-level-await": false, "import-attributes": true },
    charset: "utf8",
    legalComments: "none",
    keepNames: true,
    logLevel: "silent",
    banner: { js: '"use strict";' },
    define: { "import.meta": metaName },
    sourcemap: "external",
    sourcesContent: false,
    plugins: [IMPORTS_STAY],
  };
}

const IMPORTS_STAY: Plugin = {
  name: "parlor-registry-imports",
  setup(build): void {
    build.onResolve({ filter: /.*/ }, ({ kind, path }) => {
      return kind === "entry-point" ? undefined : { path, external: true };
    });
  },
};

function bundleOf({ outputFiles = [] }: BuildResult, source: RegistrySource, root: string): Bundle {
  const text = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  // The bundler writes its source as a URL.
  const map = JSON.stringify({ ...(JSON.parse(text(".js.map")) as object), sources: [source.name] });
  const { code, async, free, ...made } = toFactory({ code: text(".js"), map }, "registry", root);
  return { code, map: made.map, version: versionOf(source), async, uses: [...free], shared: [], exports: [] };
}

function versionOf({ text }: RegistrySource): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
