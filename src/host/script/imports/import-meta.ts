// Host: the `import.meta` of a file, as Node has it.
import { createRequire, isBuiltin } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { isUrl } from "./packages.ts";
import { resolveImport } from "./resolve-import.ts";

/** A fresh object for each evaluation of the file: a script may change it. `filename`: absolute. */
export function importMeta(filename: string): ImportMetaValue {
  const url = pathToFileURL(filename).href;
  return {
    dirname: dirname(filename),
    filename,
    resolve: (source) => resolved(String(source), filename, url),
    url,
  };
}

interface ImportMetaValue {
  readonly dirname: string;
  readonly filename: string;
  /** The URL that `import` of the source would load. */
  readonly resolve: (source: unknown) => string;
  readonly url: string;
}

function resolved(source: string, filename: string, url: string): string {
  if (isBuiltin(source)) return source.startsWith("node:") ? source : `node:${source}`;
  if (isUrl(source)) return new URL(source, url).href;
  const file = source.startsWith("#")
    ? createRequire(filename).resolve(source)
    : resolveImport(source, filename);
  return pathToFileURL(file).href;
}
