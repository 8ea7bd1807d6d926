// Load: changes to the text of a file before the bundler parses it, for what Node runs and the bundler does not.
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import type { Loader, OnLoadResult } from "esbuild";

/** The text of a file as the bundler can read it, or undefined if it can read the file as it is. */
export function editedSource(path: string): OnLoadResult | undefined {
  const loader = LOADERS.get(extname(path));
  const text = loader === undefined ? null : textOf(path);
  if (loader === undefined || text === null) return undefined;
  const contents = withPlainImports(withoutMarkedHashbang(text));
  return contents === text ? undefined : { contents, loader };
}

const LOADERS: ReadonlyMap<string, Loader> = new Map([
  [".js", "js"],
  [".mjs", "js"],
  [".cjs", "js"],
  [".jsx", "jsx"],
  [".ts", "ts"],
  [".mts", "ts"],
  [".cts", "ts"],
  [".tsx", "tsx"],
]);

// The bundler reports a file that it cannot read.
function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

// The bundler knows a hashbang at the start only, and not behind a byte order mark.
function withoutMarkedHashbang(text: string): string {
  return text.replace(/^\uFEFF#!.*/, "");
}

/**
 * `import(new URL("../x.ts", import.meta.url).href)` is an import of a file that is known: it is bundled, so it may be
 * TypeScript. The path takes the place of the URL, and spaces that of the rest: no column moves.
 */
function withPlainImports(text: string): string {
  if (!/\bnew\s+URL\b/.test(text)) return text;
  return text.replace(IMPORT_OF_URL, (all, start: string, path: string) => {
    return start + path + all.slice(start.length + path.length).replace(/[^\n]/g, " ");
  });
}

const IMPORT_OF_URL =
  /(\bimport\(\s*)new\s+URL\(\s*((["'])\.{1,2}\/[^"'\\\n?#%]+\3)\s*,\s*import\.meta\.url\s*,?\s*\)(?:\s*\.(?:href|toString\(\)))?(?=\s*[,)])/g;
