// Dialect: compiles a source file of Ring to a JavaScript module with a source map.
import { withSourceMap } from "./generate/marks.ts";
import type { Load } from "./generate/ring-module-names.ts";
import { writeModule, type ModuleOptions } from "./generate/module-writer.ts";
import { parse } from "./syntax/parser.ts";
import { withoutOverflow } from "./syntax/syntax-error.ts";

/** A compiled source file. */
export interface CompiledRing {
  /** A module that imports the files which it loads, and takes the running program from the free name `$ring`. */
  readonly code: string;
  /** The source map, JSON. */
  readonly map: string;
  readonly loads: readonly Load[];
}

/**
 * Compiles a source file. `name` is the file's name in the source map. The first file of a program starts it when it is evaluated;
 * another exports its statements, which run where it is loaded. Throws a `RingSyntaxError`.
 */
export function compileRing(
  source: string,
  options: ModuleOptions & { readonly name: string },
): CompiledRing {
  const file = parse(source);
  const { code, loads } = withoutOverflow(
    () => writeModule(file, options),
    () => ({ line: 1, column: 1 }),
  );
  return { ...withSourceMap(code, options.name), loads };
}
