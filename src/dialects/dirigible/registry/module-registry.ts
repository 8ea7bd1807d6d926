// Dialect: the files of the app's `dirigible/` folder, and its compiled modules.
import type { FolderScript } from "../../../host/api/dialect.ts";
import type { ProgramFile } from "../../../boundary/events.ts";
import { fileProblem } from "../common/checks.ts";
import { compileModule, type EvaluateModule } from "./compiled-module.ts";
import { candidatesFor, idOf, isCode, pathFrom } from "./module-path.ts";

/** Each version of a module is compiled once. */
export class ModuleRegistry {
  readonly #script: FolderScript;
  #files: ReadonlyMap<string, ProgramFile>;
  readonly #compiled = new Map<string, Compiled>();

  constructor(script: FolderScript) {
    this.#script = script;
    this.#files = byPath(script.files);
  }

  /** Takes the new files and returns their problems. A module in use that no longer compiles keeps its previous version. */
  replace(files: readonly ProgramFile[]): Error[] {
    this.#files = byPath(files);
    const problems: Error[] = [];
    for (const [path, { text }] of [...this.#compiled]) {
      const now = this.#files.get(path);
      if (now === undefined) this.#compiled.delete(path);
      else if (now.text !== text) this.#recompile(path, now, problems);
    }
    return problems;
  }

  /** The file's name in the app. */
  nameOf(path: string): string {
    return `${this.#script.info.name}/${path}`;
  }

  /** The paths of the files whose names end so. */
  pathsWith(ending: string): string[] {
    return [...this.#files.keys()].filter((path) => path.endsWith(ending));
  }

  /** The paths of the files that must compile: a registry has code for browsers, too. */
  get codePaths(): string[] {
    const code = [...this.#files.values()].filter(({ path }) => isCode(path));
    return code.filter(({ module }) => !isValidElsewhere(module)).map(({ path }) => path);
  }

  /** The ids of all modules, as `require` takes them. */
  get ids(): string[] {
    const paths = [...this.#files.keys()].filter((path) => isCode(path) || path.endsWith(".json"));
    return paths.filter((path) => path !== SETTINGS_FILE).map(idOf);
  }

  /** The file of a module id, relative to the file `from` if the id is relative; null if there is none. */
  resolve(id: string, from: string | null): string | null {
    const path = pathFrom(id, from);
    if (path === null) return null;
    return candidatesFor(path).find((candidate) => this.#files.has(candidate)) ?? null;
  }

  /** Whether an id from the registry's root stands for an ES module, or for TypeScript. */
  isEsModule(id: string): boolean {
    return this.#files.get(this.resolve(id, null) ?? "")?.module !== undefined;
  }

  /** `undefined` if there is no such file. */
  textOf(path: string): string | undefined {
    return this.#files.get(path)?.text;
  }

  /** The compiled module of a file; throws an error that names the file and the line if it does not compile. */
  moduleAt(path: string): EvaluateModule {
    return (
      this.#compiled.get(path)?.evaluate ?? this.#compile(path, this.#files.get(path) ?? { path, text: "" })
    );
  }

  #recompile(path: string, file: ProgramFile, problems: Error[]): void {
    try {
      this.#compile(path, file);
    } catch (error) {
      problems.push(fileProblem(`${(error as Error).message}; the previous version keeps serving`));
    }
  }

  #compile(path: string, file: ProgramFile): EvaluateModule {
    const evaluate = compileModule(this.#script.platform, this.nameOf(path), file);
    this.#compiled.set(path, { text: file.text, evaluate });
    return evaluate;
  }
}

interface Compiled {
  readonly text: string;
  readonly evaluate: EvaluateModule;
}

function byPath(files: readonly ProgramFile[]): ReadonlyMap<string, ProgramFile> {
  return new Map(files.map((file) => [file.path, file]));
}

function isValidElsewhere(module: ProgramFile["module"]): boolean {
  return module !== undefined && "problem" in module && module.isValidElsewhere;
}

/** The registry's settings, which are not a module of the app. */
export const SETTINGS_FILE = "parlor.json";
