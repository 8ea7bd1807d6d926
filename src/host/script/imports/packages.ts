// Host: the packages, Node modules and files that one script imports while it runs.
import { createRequire, isBuiltin } from "node:module";
import { basename, extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { types } from "node:util";
import { errorText } from "../../../boundary/errors.ts";
import { nearest } from "../../../boundary/text/nearest.ts";
import { nativeImport } from "./native-import.ts";
import { resolveImport } from "./resolve-import.ts";

/**
 * Imports of the script's own files have been bundled. What is left is resolved as Node does, from the script's file; a
 * name may start with another file, `FROM>NAME`, from whose folder it is resolved.
 */
export class Packages {
  readonly require: NodeJS.Require;
  readonly #file: string;
  readonly #loaded = new Map<string, Map<string, Exports>>();
  /** Sources that could not be loaded before the script ran, with their errors. */
  readonly #failed = new Map<string, unknown>();
  #isReady = false;

  constructor(file: string) {
    this.#file = file;
    this.require = createRequire(file);
  }

  /**
   * Loads these sources, in their order. Returns a promise if one of them awaits at its top level, else null. An error
   * is thrown when the script reads the source.
   */
  prepare(sources: readonly string[]): Promise<void> | null {
    if (this.#isReady) return null;
    const waiting = sources.findIndex(this.#awaits);
    this.#isReady = waiting < 0;
    return this.#isReady ? null : this.#prepareRest(sources.slice(waiting));
  }

  /** Returns the exports that `import` of the source gives. `wanted`: the imported names, separated by commas. */
  readonly load = (source: string, wanted = ""): Exports => {
    const known = this.#loaded.get(source)?.get(wanted);
    return known ?? this.#load(source, wanted);
  };

  /** The same for `import(source)` in the file `importer`, for any value. Files and URLs are those of Node. */
  readonly loadLater = async (importer: string, source: unknown, options?: object): Promise<Exports> => {
    const text = String(source);
    if (isUrl(text)) return await importUrl(new URL(text, pathToFileURL(importer)), options);
    const known = importer === this.#file ? text : `${importer}${FROM}${text}`;
    try {
      return this.load(known);
    } catch (error) {
      if (!isAsync(error)) throw error;
      return await this.#import(known);
    }
  };

  async #prepareRest(sources: readonly string[]): Promise<void> {
    for (const source of sources) {
      if (!this.#awaits(source)) continue;
      try {
        await this.#import(source);
      } catch (error) {
        this.#failed.set(source, error);
      }
    }
    this.#isReady = true;
  }

  async #import(source: string): Promise<Exports> {
    const url = pathToFileURL(this.#resolved(source)).href;
    return this.#keep(source, "", await nativeImport(url));
  }

  // Whether a source cannot be loaded at once.
  readonly #awaits = (source: string): boolean => {
    if (this.#loaded.has(source) || this.#failed.has(source)) return false;
    try {
      this.load(source);
    } catch (error) {
      if (isAsync(error)) return true;
      this.#failed.set(source, error);
    }
    return false;
  };

  #load(source: string, wanted: string): Exports {
    if (this.#failed.has(source)) throw this.#failed.get(source);
    const exports = this.#loaded.get(source)?.values().next().value ?? moduleExports(this.#required(source));
    for (const name of wanted === "" ? [] : wanted.split(",")) {
      if (!(name in exports)) throw new SyntaxError(lacks(nameOf(source), name, exports));
    }
    return this.#keep(source, wanted, exports);
  }

  #keep(source: string, wanted: string, exports: Exports): Exports {
    const known = this.#loaded.get(source) ?? new Map<string, Exports>();
    this.#loaded.set(source, known.set(wanted, exports));
    return exports;
  }

  #required(source: string): unknown {
    const name = nameOf(source);
    return this.require(isBuiltin(name) ? name : this.#resolved(source));
  }

  #resolved(source: string): string {
    const end = source.lastIndexOf(FROM);
    return resolveImport(nameOf(source), end < 0 ? this.#file : source.slice(0, end));
  }
}

/** Between the file from whose folder a package is resolved and the package. */
export const FROM = ">";

const TYPESCRIPT = /^\.[cm]?tsx?$/;

function runsTypeScript(): boolean {
  return Boolean((process.features as { readonly typescript?: unknown }).typescript);
}

function nameOf(source: string): string {
  return source.slice(source.lastIndexOf(FROM) + 1);
}

async function importUrl(url: URL, options: object | undefined): Promise<Exports> {
  const file = url.protocol === "file:" ? url.pathname : "";
  if (TYPESCRIPT.test(extname(file)) && !runsTypeScript()) {
    const path = fileURLToPath(url);
    throw new TypeError(errorText("PARLOR_IMPORT_TYPESCRIPT", { path, name: basename(path) }));
  }
  return await nativeImport(url.href, options as ImportCallOptions);
}

/** Whether `import` takes it for a path or a URL, and not for the name of a package. */
export function isUrl(source: string): boolean {
  return /^(?:\.{0,2}\/|[a-z][a-z\d+.-]*:)/i.test(source) && !isBuiltin(source);
}

// It awaits at its top level.
function isAsync(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === "ERR_REQUIRE_ASYNC_MODULE";
}

type Exports = Readonly<Record<string, unknown>>;

/** The exports of a CommonJS module as an ES module would have them; those of an ES module as they are. */
function moduleExports(exported: unknown): Exports {
  if (types.isModuleNamespaceObject(exported)) return exported as unknown as Exports;
  const exports: Record<string, unknown> = Object.create(null);
  const holdsNames = (typeof exported === "object" && exported !== null) || typeof exported === "function";
  // Getters stay getters: they may be live, slow or deprecated, and the script has not read them yet.
  if (holdsNames) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(exported))) {
      if (descriptor.enumerable && descriptor.get)
        Object.defineProperty(exports, name, { get: () => Reflect.get(exported, name) });
      else if (descriptor.enumerable) exports[name] = descriptor.value;
    }
  }
  Object.defineProperty(exports, "default", { value: defaultOf(exported), enumerable: true });
  return exports;
}

// A module that was compiled from an ES module is marked so, and has its default export under that name: the same value
// as in the package's own ES build.
function defaultOf(exported: unknown): unknown {
  const compiled = exported as { __esModule?: unknown; default?: unknown } | null;
  const marked = typeof compiled === "object" && compiled !== null && compiled.__esModule === true;
  return marked && "default" in compiled ? compiled.default : exported;
}

function lacks(source: string, name: string, exports: Exports): string {
  if (name === "default") return `"${source}" has no default export; import what you need by name`;
  const meant = nearest(name, Object.keys(exports));
  return `"${source}" exports no "${name}"; ${meant === null ? "correct the name" : `did you mean "${meant}"?`}`;
}
