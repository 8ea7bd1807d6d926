// Dialect: the modules of one execution.
import { nearest } from "../../../boundary/text/nearest.ts";
import { isRecord } from "../../../boundary/checks.ts";
import type { Execution } from "../state/execution.ts";
import { plainId } from "../registry/module-path.ts";
import { PUBLISHED_MODULES } from "../api/published-modules.ts";
import type { ModuleRegistry } from "../registry/module-registry.ts";

/** Each module is evaluated at most once in an execution, and again in the next one. */
export class ModuleGraph {
  readonly #execution: Execution;
  readonly #registry: ModuleRegistry;
  readonly #loaded = new Map<string, Module>();
  readonly #published = new Map<unknown, object>();

  constructor(execution: Execution) {
    this.#execution = execution;
    this.#registry = execution.program.registry;
  }

  /** The exports of a module. `what` starts the error's text if the module does not exist. */
  load(id: string, what: string): unknown {
    const path = this.#registry.resolve(id, null);
    if (path === null) throw this.#registry.missing(what, id, null);
    return this.#evaluated(path);
  }

  #require(id: unknown, from: string): unknown {
    const asker = this.#registry.nameOf(from);
    if (typeof id !== "string" || id === "")
      throw new TypeError(`${asker}: require takes a module's path, got ${id === "" ? `""` : typeof id}`);
    const published = this.#publishedModule(id);
    if (published !== null) return published;
    const path = this.#registry.resolve(id, from);
    if (path === null) throw this.#missing(id, from);
    return this.#evaluated(path);
  }

  #publishedModule(id: string): object | null {
    const make = PUBLISHED_MODULES.get(plainId(id));
    if (make === undefined) return null;
    const made = this.#published.get(make) ?? make(this.#execution);
    this.#published.set(make, made);
    return made;
  }

  #missing(id: string, from: string): Error {
    const what = `${this.#registry.nameOf(from)} requires "${id}"`;
    const meant = nearest(plainId(id), PUBLISHED_MODULES.keys());
    if (meant !== null) return new Error(`${what}: the module does not exist; did you mean "${meant}"?`);
    return this.#registry.missing(what, id, from);
  }

  // In a cycle of modules, `require` returns the exports so far.
  #evaluated(path: string): unknown {
    const known = this.#loaded.get(path);
    if (known !== undefined) return known.exports;
    const module: Module = { exports: {} };
    this.#loaded.set(path, module);
    try {
      this.#evaluate(path, module);
    } catch (error) {
      this.#loaded.delete(path);
      throw error;
    }
    return module.exports;
  }

  #evaluate(path: string, module: Module): void {
    if (path.endsWith(".json")) {
      module.exports = this.#json(path);
      return;
    }
    const { context, globals } = this.#execution;
    const require = (id: unknown): unknown => this.#require(id, path);
    const { exports } = module;
    const body = this.#registry.factoryOf(path)(require, module, exports, context, ...globals.values);
    (body as () => unknown).call(exports);
  }

  #json(path: string): unknown {
    try {
      return JSON.parse(this.#registry.textOf(path)) as unknown;
    } catch (error) {
      throw new SyntaxError(`${this.#registry.nameOf(path)}: ${(error as Error).message}`);
    }
  }
}

interface Module {
  exports: unknown;
}

/** A module's export of this name; `undefined` also if its exports have no names. */
export function exportOf(exports: unknown, name: string): unknown {
  return isRecord(exports) || typeof exports === "function" ? Reflect.get(exports, name) : undefined;
}
