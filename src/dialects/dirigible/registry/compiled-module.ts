// Dialect: a compiled file of a registry: CommonJS, or an ES module that was made ready when it was loaded.
import type { ProgramFile } from "../../../boundary/events.ts";
import type { Platform } from "../../../host/api/platform.ts";
import { fileProblem } from "../common/checks.ts";
import { GLOBAL_NAMES } from "../common/module-globals.ts";

/** Compiles a file, once for all its evaluations. Throws an error without a stack that names the file and the line. */
export function compileModule(
  platform: Compiler,
  name: string,
  { text, module }: ProgramFile,
): EvaluateModule {
  if (module === undefined) return compileCommonJs(platform, name, text);
  if ("problem" in module) throw fileProblem(module.problem);
  const { code, version, map, uses } = module;
  const parameters = uses.filter((used) => NAMES.has(used));
  // The lines of the code are not those of the file: as for other scripts, its name in stacks carries the version.
  const run = platform.compile({ text: code, name: `${name}?v=${version}`, parameters, map });
  return (names) => void run(...parameters.map((parameter) => names[parameter]));
}

type Compiler = Pick<Platform, "compile">;

/** Evaluates a file with the values of these names; what it exports is in them afterwards. */
export type EvaluateModule = (names: ModuleNames) => void;

/** What a module finds beside the global object. The last three are the imports and exports of an ES module. */
export interface ModuleNames extends Readonly<Record<string, unknown>> {
  readonly require: (id: unknown) => unknown;
  readonly module: { exports: unknown };
  readonly exports: unknown;
  readonly __context: object;
  readonly __package: (id: string, names?: string, line?: number) => object;
  readonly __load: (id: unknown) => Promise<object>;
  readonly __publish: (own: Getters | null, all?: object) => void;
}

/** The exports of an ES module by their names; they are live. */
export type Getters = Readonly<Record<string, () => unknown>>;

const COMMON_JS = ["require", "module", "exports", "__context", ...GLOBAL_NAMES];
const NAMES: ReadonlySet<string> = new Set([...COMMON_JS, "__package", "__load", "__publish"]);

// Within a function, so that a module may declare a name that it is handed: `const console = ...`. By itself first, so
// that a brace too many does not end that function.
function compileCommonJs(platform: Compiler, name: string, text: string): EvaluateModule {
  const body = `return function () {\n${text.replace(/^#!.*/, "")}\n};`;
  try {
    platform.compile({ text, name, parameters: [] });
    const bind = platform.compile({ text: body, name, parameters: COMMON_JS, firstLine: 0 });
    return (names) => {
      const run = bind(...COMMON_JS.map((parameter) => names[parameter])) as () => unknown;
      run.call(names.exports);
    };
  } catch (error) {
    throw syntaxError(name, error);
  }
}

function syntaxError(name: string, error: unknown): Error {
  const { message, stack = "" } = error as Error;
  const line = stack.startsWith(`${name}:`) ? /^\d+/.exec(stack.slice(name.length + 1))?.[0] : undefined;
  return fileProblem(`${name}${line === undefined ? "" : `:${line}`}: ${message}`);
}
