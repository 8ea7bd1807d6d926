// Dialect: the files of the app's `dirigible/` folder, and its compiled modules.
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { ProgramFile } from "../../../boundary/events.ts";
import { nearest } from "../../../boundary/text/nearest.ts";
import { fileProblem } from "../common/checks.ts";
import { candidatesFor, pathFrom } from "./module-path.ts";
import { GLOBAL_NAMES } from "../common/module-globals.ts";

/** Each version of a module is compiled once. */
export class ModuleRegistry {
  readonly #script: ScriptContext;
  #files: ReadonlyMap<string, string>;
  readonly #compiled = new Map<string, Compiled>();

  constructor(script: ScriptContext) {
    this.#script = script;
    this.#files = textsOf(script.files);
  }

  /** Takes the new files and returns their problems. A module in use that no longer compiles keeps its previous version. */
  replace(files: readonly ProgramFile[]): Error[] {
    this.#files = textsOf(files);
    const problems: Error[] = [];
    for (const [path, { text }] of [...this.#compiled]) {
      const now = this.#files.get(path);
      if (now === undefined) this.#compiled.delete(path);
      else if (now !== text) this.#recompile(path, now, problems);
    }
    return problems;
  }

  /** The file's name in the app. */
  nameOf(path: string): string {
    return `${this.#script.info.name}/${path}`;
  }

  /** The texts by their paths. */
  get files(): ReadonlyMap<string, string> {
    return this.#files;
  }

  /** The file of a module id, relative to the file `from` if the id is relative; null if there is none. */
  resolve(id: string, from: string | null): string | null {
    const path = pathFrom(id, from);
    if (path === null) return null;
    return candidatesFor(path).find((candidate) => this.#files.has(candidate)) ?? null;
  }

  textOf(path: string): string {
    return this.#files.get(path) ?? "";
  }

  factoryOf(path: string): ModuleFactory {
    const known = this.#compiled.get(path);
    if (known !== undefined) return known.factory;
    return this.#compile(path, this.textOf(path)).factory;
  }

  /** The error for an id without a file. `what` starts its text: which file asks, and for what. */
  missing(what: string, id: string, from: string | null): Error {
    const path = pathFrom(id, from);
    if (path === null) return new Error(`${what}: the path lies outside of the registry`);
    const modules = [...this.#files.keys()].filter((file) => /\.(js|json)$/.test(file));
    const meant = nearest(path, [...modules, ...modules.map((file) => file.replace(/\.js$/, ""))]);
    const looked = candidatesFor(path).map((candidate) => this.nameOf(candidate));
    const hint = meant === null ? "" : `; did you mean "${meant}"?`;
    return new Error(`${what}: there is no ${looked.join(" and no ")}${hint}`);
  }

  #recompile(path: string, text: string, problems: Error[]): void {
    try {
      this.#compile(path, text);
    } catch (error) {
      problems.push(fileProblem(`${(error as Error).message}; the previous version keeps serving`));
    }
  }

  #compile(path: string, text: string): Compiled {
    const name = this.nameOf(path);
    try {
      const compiled = { text, factory: this.#script.platform.compile({ ...bodyOf(text), name }) };
      this.#compiled.set(path, compiled);
      return compiled;
    } catch (error) {
      throw syntaxError(name, error);
    }
  }
}

/** Called with the values of `PARAMETERS`, returns the function that is a file's code. */
export type ModuleFactory = (...values: readonly unknown[]) => unknown;

interface Compiled {
  readonly text: string;
  readonly factory: ModuleFactory;
}

const PARAMETERS = ["require", "module", "exports", "__context", ...GLOBAL_NAMES];

// Within a function, so that a module may declare a name that it is handed: `const console = ...`.
function bodyOf(text: string): { readonly text: string; readonly parameters: readonly string[] } {
  return { text: `return function () {${text}\n};`, parameters: PARAMETERS };
}

function syntaxError(name: string, error: unknown): Error {
  const { message, stack = "" } = error as Error;
  const line = stack.startsWith(`${name}:`) ? /^\d+/.exec(stack.slice(name.length + 1))?.[0] : undefined;
  const isModule = /import statement|token 'export'|import\.meta/.test(message);
  const hint = isModule
    ? "; modules of the registry are CommonJS: require(…), and exports.name = … for what it exports"
    : "";
  return fileProblem(`${name}${line === undefined ? "" : `:${line}`}: ${message}${hint}`);
}

function textsOf(files: readonly ProgramFile[]): ReadonlyMap<string, string> {
  return new Map(files.map(({ path, text }) => [path, text]));
}
