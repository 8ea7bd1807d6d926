// Load: compiles the files of a program in Ring for the bundler.
import { existsSync, realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, relative, resolve, sep } from "node:path";
import type { OnLoadResult, PartialMessage, Plugin } from "esbuild";
import { compileRing, type CompiledRing } from "../../dialects/bolt/ring/compile.ts";
import type { ModuleOptions } from "../../dialects/bolt/ring/generate/module-writer.ts";
import { RingSyntaxError } from "../../dialects/bolt/ring/syntax/syntax-error.ts";

/** The detail of a message about a part of Ring that Parlor does not have. */
export const LEFT_OUT = "left out of Ring";

/** How the files of a program are compiled. */
export interface RingOptions {
  /** The app's folder, absolute. */
  readonly root: string;
  /** The file that starts the program, absolute. */
  readonly entry: string;
  /** Whether faults name the lines that Ring names. */
  readonly hasRingLines: boolean;
}

/** Compiles `.ring` files. */
export function ringPlugin({ root, entry, hasRingLines }: RingOptions): Plugin {
  return {
    name: "parlor-ring",
    setup(build): void {
      build.onLoad({ filter: /\.ring$/i, namespace: "file" }, async ({ path }) => {
        const isFirst = existsSync(entry) && path === realpathSync(entry);
        return loadedFrom(await readFile(path, "utf8"), { path, root, isFirst, hasRingLines });
      });
    },
  };
}

interface RingSource extends ModuleOptions {
  /** Absolute. */
  readonly path: string;
  readonly root: string;
}

function loadedFrom(text: string, source: RingSource): OnLoadResult {
  try {
    const compiled = compileRing(text, { ...source, name: basename(source.path) });
    const errors = missingFiles(compiled, source);
    return errors.length > 0 ? { errors } : { contents: withInlineMap(compiled), loader: "js" };
  } catch (error) {
    if (error instanceof RingSyntaxError) return { errors: [messageOf(error, source)] };
    throw error;
  }
}

// The bundler would name a line of the compiled code.
function missingFiles({ loads }: CompiledRing, source: RingSource): PartialMessage[] {
  const missing = loads.filter(({ path }) => !existsSync(resolve(dirname(source.path), path)));
  return missing.map(({ path, place }) => message(`Could not resolve "${path}"`, place, source));
}

function messageOf({ message: text, place, isLeftOut }: RingSyntaxError, source: RingSource): PartialMessage {
  return { ...message(text, place, source), ...(isLeftOut && { detail: LEFT_OUT }) };
}

function message(
  text: string,
  { line, column }: RingSyntaxError["place"],
  { path, root }: RingSource,
): PartialMessage {
  const file = relative(root, path).split(sep).join("/");
  return { text, location: { file, line, column: column - 1 } };
}

function withInlineMap({ code, map }: CompiledRing): string {
  return `${code}//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}\n`;
}
