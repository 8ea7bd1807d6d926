// Load: decides for each import whether it is bundled, shared, or loaded at run time.
import { createRequire, isBuiltin } from "node:module";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import { isInside } from "../files/folder-scan.ts";
import { sharedPrefix } from "./import-sources.ts";
import { timersSource } from "./timers-source.ts";

const timersNamespace = "parlor-timers";
const ownNamespace = "parlor-own";
const passedNamespace = "parlor-passed";
// A config file is evaluated without a server, and needs only this function of Parlor.
const ownSource = "export const defineConfig = (config) => config;";

/** How imports are resolved. */
export interface ImportOptions {
  /** The app's folder, absolute. */
  readonly root: string;
  /** Whether the file is the app's config. */
  readonly config: boolean;
  /** Modules that are not installed: their exports are passed in as `__NAME`. */
  readonly modules?: readonly string[];
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
      build.onResolve({ filter: /.*/ }, (args) => imports.resolve(args));
      build.onLoad({ filter: /.*/, namespace: "file" }, ({ path }) => {
        options.onInput?.(path);
        return undefined;
      });
      build.onLoad({ filter: /.*/, namespace: timersNamespace }, ({ path }) => ({
        contents: timersSource(path) ?? "",
      }));
      build.onLoad({ filter: /.*/, namespace: ownNamespace }, () => ({ contents: ownSource }));
      // A CommonJS module, so that any name can be imported from it.
      build.onLoad({ filter: /.*/, namespace: passedNamespace }, ({ path }) => ({
        contents: `module.exports = __${path};`,
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

  async resolve(args: OnResolveArgs): Promise<OnResolveResult | undefined> {
    if (args.kind === "entry-point" || args.pluginData === this.#ownRequest) return undefined;
    if (timersSource(args.path) !== undefined) return { path: args.path, namespace: timersNamespace };
    if (isBuiltin(args.path)) return { path: args.path, external: true };
    if (/^(?:\.{0,2}[/\\]|\.{1,2}$|[A-Za-z]:[/\\])/.test(args.path)) return this.#file(args);
    if (/^[a-z][a-z+.-]+:/i.test(args.path)) return this.#url(args);
    if (this.#options.modules?.includes(args.path) === true)
      return { path: args.path, namespace: passedNamespace };
    if (args.path === "parlor" && this.#options.config) return { path: "parlor", namespace: ownNamespace };
    return this.#package(args);
  }

  #file(args: OnResolveArgs): Promise<OnResolveResult> | undefined {
    // Only files that may lie in `shared/` need a request; the bundler resolves the rest by itself.
    return this.#mayBeShared(resolve(args.resolveDir, args.path) + sep) ? this.#ask(args) : undefined;
  }

  #url({ path }: OnResolveArgs): OnResolveResult {
    if (path.startsWith("file:")) return { path: fileURLToPath(path) };
    if (path.startsWith("data:")) return {};
    return { errors: [{ text: `Could not resolve "${path}"`, detail: "url" }] };
  }

  async #package(args: OnResolveArgs): Promise<OnResolveResult> {
    const isOwn = /^parlor(?:\/|$)/.test(args.path);
    try {
      if (!args.path.startsWith("#")) {
        const found = createRequire(args.importer).resolve(args.path);
        if (isOwn) return { path: args.path, external: true };
        if (isInstalled(this.#options.root, found) || !CODE.test(found))
          return { path: this.#isAppFile(args.importer) ? args.path : found, external: true };
      }
    } catch {
      // It may be a path of the app's tsconfig.json, or a package that can only be imported.
    }
    if (args.path === "parlor") return { path: ownEntry(), external: true };
    return this.#ask(args);
  }

  // Elsewhere packages are looked for from other folders than the script's.
  #isAppFile(importer: string): boolean {
    return isInside(this.#options.root, importer);
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
    if (isInstalled(this.#options.root, found.path)) return { path: found.path, external: true };
    if (this.#mayBeShared(found.path) && kind !== "require-call") {
      return { path: sharedPrefix + found.path, external: true };
    }
    return { path: found.path, namespace: found.namespace };
  }

  #mayBeShared(path: string): boolean {
    return path.startsWith(this.#sharedDir) && !path.endsWith(".json");
  }
}

/** What can be bundled of a package. */
const CODE = /\.[cm]?[jt]sx?$/;

/** Whether a file belongs to an installed package. The app itself may lie in a folder of this name. */
export function isInstalled(root: string, file: string): boolean {
  const below = isInside(root, file) ? relative(root, file) : file;
  return below.split(sep).includes("node_modules");
}

// An app may run under a Parlor that is not installed in it.
function ownEntry(): string {
  return fileURLToPath(new URL("../../dist/index.js", import.meta.url));
}
