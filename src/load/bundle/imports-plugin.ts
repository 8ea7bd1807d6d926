// Load: decides for each import whether it is bundled, shared, or loaded at run time.
import { createRequire, isBuiltin } from "node:module";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import type { ScriptModule } from "../../host/api/dialect.ts";
import { FROM } from "../../host/script/imports/packages.ts";
import { resolveImport } from "../../host/script/imports/resolve-import.ts";
import { isInside } from "../files/folder-scan.ts";
import { sharedPrefix } from "./import-sources.ts";
import { GoverningFiles } from "./governing-files.ts";
import { editedSource } from "./source-edits.ts";
import { timersSource } from "./timers-source.ts";

const timersNamespace = "parlor-timers";
const ownNamespace = "parlor-own";
/** What the bundler calls the modules that a dialect passes in. */
export const passedNamespace = "parlor-passed";
// What returns its argument needs nothing of Parlor, whose modules would cost each host time and memory. A script that
// imports more gets the package's own module.
const ownSource = `export const defineConfig = (config) => config;
export const defineMessages = (messages) => messages;
export { ParlorError, createServer, serve } from "parlor";`;

/** How imports are resolved. */
export interface ImportOptions {
  /** The app's folder, absolute. */
  readonly root: string;
  /** The file that is bundled, absolute. */
  readonly entry: string;
  /** Whether the file is the app's config. */
  readonly config: boolean;
  /** Modules that are not installed: their exports are passed in as `__NAME`. */
  readonly modules?: readonly ScriptModule[];
  /** Called with each file before it is read, and with the files that an import without a target may mean. */
  readonly onInput?: (file: string) => void;
}

/**
 * Bundles the app's own files, except those of `shared/`, which are evaluated once per host. A package that lies outside
 * of `node_modules`, as a linked one of a workspace does, is the user's own as well. Other packages and Node's modules are
 * loaded at run time, from the app's own `node_modules`.
 */
export function importsPlugin(options: ImportOptions): Plugin {
  return {
    name: "parlor-imports",
    setup(build): void {
      const imports = new Imports(build, options);
      const governing = new GoverningFiles();
      build.onResolve({ filter: /.*/ }, imports.resolve);
      build.onLoad({ filter: /.*/, namespace: "file" }, ({ path }) => {
        if (options.onInput !== undefined)
          for (const input of [path, ...governing.of(path)]) options.onInput(input);
        return editedSource(path);
      });
      build.onLoad({ filter: /.*/, namespace: timersNamespace }, ({ path }) => ({
        contents: timersSource(path) ?? "",
      }));
      build.onLoad({ filter: /.*/, namespace: ownNamespace }, () => ({ contents: ownSource }));
      build.onLoad({ filter: /.*/, namespace: passedNamespace }, ({ path }) => ({
        contents: passedSource(options.modules?.find(({ name }) => name === path)),
      }));
    },
  };
}

class Imports {
  readonly #build: PluginBuild;
  readonly #options: ImportOptions;
  readonly #sharedDir: string;
  /** Marks the requests of this plugin to the bundler, so that they do not come back to it. */
  readonly #ownRequest = Symbol("own request");

  constructor(build: PluginBuild, options: ImportOptions) {
    this.#build = build;
    this.#options = options;
    this.#sharedDir = join(options.root, "shared") + sep;
  }

  readonly resolve = async (args: OnResolveArgs): Promise<OnResolveResult | undefined> => {
    if (args.kind === "entry-point" || args.pluginData === this.#ownRequest) return undefined;
    if (timersSource(args.path) !== undefined) return { path: args.path, namespace: timersNamespace };
    if (isBuiltin(args.path)) return { path: args.path, external: true };
    if (/^(?:\.{0,2}[/\\]|\.{1,2}$|[A-Za-z]:[/\\])/.test(args.path)) return this.#file(args);
    if (/^[a-z][a-z+.-]+:/i.test(args.path)) return this.#url(args);
    if (this.#options.modules?.some(({ name }) => name === args.path) === true)
      return { path: args.path, namespace: passedNamespace };
    if (args.path === "parlor" && args.kind === "import-statement") return ownModule(args);
    return this.#package(args);
  };

  #file(args: OnResolveArgs): Promise<OnResolveResult> | undefined {
    // Only files that may lie in `shared/` need a request; the bundler resolves the rest by itself.
    return this.#mayBeShared(resolve(args.resolveDir, args.path) + sep) ? this.#ask(args) : undefined;
  }

  #url({ path }: OnResolveArgs): OnResolveResult {
    const file = path.startsWith("file:") ? fileOf(path) : null;
    if (file !== null) return { path: file };
    if (path.startsWith("data:")) return {};
    return { errors: [{ text: `Could not resolve "${path}"`, detail: "url" }] };
  }

  async #package(args: OnResolveArgs): Promise<OnResolveResult> {
    const isOwn = /^parlor(?:\/|$)/.test(args.path);
    try {
      if (!args.path.startsWith("#")) {
        const found = resolveFrom(args.importer, args);
        if (isOwn) return { path: args.path, external: true };
        if (this.#runsInNode(found)) return { path: this.#runTimePath(args, found), external: true };
      }
    } catch {
      // It may be a path of the app's tsconfig.json, or a package that can only be imported.
    }
    if (args.path === "parlor") return { path: ownEntry(), external: true };
    if (JSX_RUNTIME.test(args.path) && (this.#options.modules ?? []).length > 0)
      return { errors: [{ text: `Could not resolve "${args.path}"`, detail: "jsx" }] };
    return this.#ask(args);
  }

  // Node runs no TypeScript in packages, as a copy of a workspace's package may be: it is bundled as well.
  #runsInNode(file: string): boolean {
    if (!BUNDLED.test(file)) return true;
    return isInstalled(this.#options.root, file) && !TYPESCRIPT.test(file);
  }

  // From another folder than the script's, the same name may mean another copy of a package.
  #runTimePath(args: OnResolveArgs, found: string): string {
    if (args.kind === "dynamic-import" || this.#isFoundByScript(args, found)) return args.path;
    return args.kind === "import-statement" ? `${args.importer}${FROM}${args.path}` : found;
  }

  #isFoundByScript(args: OnResolveArgs, found: string): boolean {
    try {
      return resolveFrom(this.#options.entry, args) === found;
    } catch {
      return false;
    }
  }

  async #ask({ path, resolveDir, kind, importer }: OnResolveArgs): Promise<OnResolveResult> {
    const found = await this.#build.resolve(path, {
      resolveDir,
      kind,
      importer,
      pluginData: this.#ownRequest,
    });
    if (found.errors.length > 0) return { errors: found.errors };
    if (found.external) return { path: found.path, external: true };
    if (isInstalled(this.#options.root, found.path) && this.#runsInNode(found.path))
      return { path: found.path, external: true };
    if (this.#mayBeShared(found.path) && kind !== "require-call") {
      return { path: sharedPrefix + found.path, external: true };
    }
    return { path: found.path, namespace: found.namespace };
  }

  #mayBeShared(path: string): boolean {
    return path.startsWith(this.#sharedDir) && !/\.(?:json|ring)$/.test(path);
  }
}

// Null for a URL that names no file of this machine, as `file://host/x`.
function fileOf(url: string): string | null {
  try {
    const path = fileURLToPath(url);
    return path.includes("\0") ? null : path;
  } catch {
    return null;
  }
}

// Each name is written out: then the bundler reports an import of any other one, with its place. It leaves out those
// that are not imported: to read one may load a part of Node.
function passedSource(module: ScriptModule | undefined): string {
  const { name = "", exports = [] } = module ?? {};
  return exports
    .map((exported) => `export const ${exported} = /* @__PURE__ */ (() => __${name}.${exported})();`)
    .join("\n");
}

/** What JSX imports under some settings of a tsconfig.json. */
const JSX_RUNTIME = /\/jsx(?:-dev)?-runtime$/;

/** What can be bundled of a package. */
const BUNDLED = /\.(?:[cm]?[jt]sx?|json|txt)$/;
const TYPESCRIPT = /\.[cm]?tsx?$/;

// `require` and `import` of one name may mean two files of a package.
function resolveFrom(file: string, { kind, path }: OnResolveArgs): string {
  return kind.startsWith("require") ? createRequire(file).resolve(path) : resolveImport(path, file);
}

/** Whether a file belongs to an installed package. The app itself may lie in a folder of this name. */
export function isInstalled(root: string, file: string): boolean {
  const below = isInside(root, file) ? relative(root, file) : file;
  return below.split(sep).includes("node_modules");
}

// From within the light module, the name means the package; a script that uses none of its names does not load it.
function ownModule({ namespace }: OnResolveArgs): OnResolveResult {
  if (namespace !== ownNamespace) return { path: "parlor", namespace: ownNamespace };
  return { path: ownEntry(), external: true, sideEffects: false };
}

// An app may run under a Parlor that is not installed in it.
function ownEntry(): string {
  return fileURLToPath(new URL("../../dist/index.js", import.meta.url));
}
