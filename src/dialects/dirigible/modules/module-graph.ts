// Dialect: the modules of one execution.
import type { Execution } from "../state/execution.ts";
import { isCode, plainId } from "../registry/module-path.ts";
import { PUBLISHED_MODULES } from "../api/published-modules.ts";
import type { ModuleRegistry } from "../registry/module-registry.ts";
import { missingModule } from "./missing-module.ts";
import { importedNames, publishInto, type ImportedModule } from "./module-imports.ts";

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
    if (path === null) throw missingModule(this.#registry, what, { id });
    return this.#evaluated(path).exports;
  }

  #require(id: unknown, from: string): unknown {
    return this.#module(id, from, "requires").exports;
  }

  #import(id: unknown, names: string, from: string, line?: number): object {
    const wanted = names === "" ? [] : names.split(",");
    const asker = this.#registry.nameOf(from) + (line === undefined ? "" : `:${line}`);
    const imported = this.#module(id, from, "imports", asker);
    return importedNames(imported, wanted, `${asker} imports "${String(id)}"`);
  }

  #module(
    id: unknown,
    from: string,
    does: "requires" | "imports",
    asker = this.#registry.nameOf(from),
  ): ImportedModule {
    if (typeof id !== "string" || id === "") {
      const call = does === "imports" ? "import" : "require";
      throw new TypeError(`${asker}: ${call} takes a module's path, got ${id === "" ? `""` : typeof id}`);
    }
    const published = this.#publishedModule(id);
    if (published !== null) return { exports: published, isEsModule: false, isReady: true };
    const path = this.#registry.resolve(id, from);
    if (path === null) throw missingModule(this.#registry, `${asker} ${does} "${id}"`, { id, from });
    return this.#evaluated(path);
  }

  #publishedModule(id: string): object | null {
    const make = PUBLISHED_MODULES.get(plainId(id));
    if (make === undefined) return null;
    const made = this.#published.get(make) ?? make(this.#execution);
    this.#published.set(make, made);
    return made;
  }

  // In a circle of modules, `require` returns the exports so far.
  #evaluated(path: string): Module {
    const known = this.#loaded.get(path);
    if (known !== undefined) return known;
    const module: Module = { exports: {}, isEsModule: false, isReady: false };
    this.#loaded.set(path, module);
    try {
      if (isCode(path)) this.#evaluate(path, module);
      else module.exports = this.#json(path);
    } catch (error) {
      this.#loaded.delete(path);
      throw error;
    }
    module.isReady = true;
    return module;
  }

  #evaluate(path: string, module: Module): void {
    const { context, globals } = this.#execution;
    const publish = publishInto(module.exports as object);
    this.#registry.moduleAt(path)({
      ...globals.values,
      require: (id) => this.#require(id, path),
      module,
      exports: module.exports,
      __context: context,
      __package: (id, names = "", line) => this.#import(id, names, path, line),
      __load: (id) => Promise.resolve().then(() => this.#import(id, "", path)),
      __publish: (own, all) => {
        module.isEsModule = true;
        publish(own, all);
      },
    });
  }

  #json(path: string): unknown {
    try {
      return JSON.parse(this.#registry.textOf(path) ?? "") as unknown;
    } catch (error) {
      throw new SyntaxError(`${this.#registry.nameOf(path)}: ${(error as Error).message}`);
    }
  }
}

type Module = { -readonly [K in keyof ImportedModule]: ImportedModule[K] };
