// Host: compiles the body of a function with given parameters, under the name that stacks show.
import { compileFunction as compileBody, Script } from "node:vm";

/** Nothing of it is put on the global object. */
export function compileFunction({
  body,
  name,
  parameters,
  isAsync = false,
}: FunctionSource): CompiledFunction {
  const text = `(${isAsync ? "async " : ""}function (${parameters.join(", ")}) {\n${body}\n})`;
  // The added first line is line 0, so that the code's own lines keep their numbers.
  return new Script(text, { filename: name, lineOffset: -1 }).runInThisContext() as CompiledFunction;
}

/**
 * Compiles the body of a function that is not known to be one: a brace too many in it is a syntax error. It may start with
 * a hashbang. `firstLine`: the number of its first line.
 */
export function compileUnknown({ text, name, parameters, firstLine = 1 }: UnknownSource): CompiledFunction {
  return compileBody(text, parameters, { filename: name, lineOffset: firstLine - 1 }) as CompiledFunction;
}

interface UnknownSource {
  readonly text: string;
  readonly name: string;
  readonly parameters: readonly string[];
  readonly firstLine?: number;
}

export interface FunctionSource {
  readonly body: string;
  readonly name: string;
  readonly parameters: readonly string[];
  readonly isAsync?: boolean;
}

export type CompiledFunction = (...values: readonly unknown[]) => unknown;
