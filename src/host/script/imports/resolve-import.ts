// Host: finds the file that an `import` of a package means, by Node's rules: `exports` with the conditions of imports.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join } from "node:path";

/**
 * The file of a package, absolute and without links. `require.resolve` would find the file that `require` means, which
 * may be another copy of a package that has both. Throws Node's error when there is no such package.
 */
export function resolveImport(source: string, importer: string): string {
  if (isAbsolute(source)) return source;
  return exported(source, importer) ?? createRequire(importer).resolve(source);
}

const CONDITIONS: ReadonlySet<string> = new Set(["node", "import", "module-sync", "node-addons", "default"]);

function exported(source: string, importer: string): string | null {
  const [, name = "", rest = ""] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(source) ?? [];
  const found = packageAbove(name, dirname(importer));
  if (found === null) return null;
  const target = targetIn(found.exports, `.${rest}`);
  return target === null ? null : existing(join(found.folder, target));
}

function existing(file: string): string | null {
  return existsSync(file) ? realpathSync(file) : null;
}

interface FoundPackage {
  readonly folder: string;
  readonly exports: unknown;
}

// The nearest package of this name, if it has `exports`; the file's own package may name itself.
function packageAbove(name: string, start: string): FoundPackage | null {
  for (let folder = start, isOwn = true; ; folder = dirname(folder)) {
    const own = isOwn ? manifestIn(folder) : null;
    if (own !== null) isOwn = false;
    if (own?.["name"] === name && own["exports"] !== undefined) return { folder, exports: own["exports"] };
    const below = join(folder, "node_modules", name);
    const manifest = manifestIn(below);
    if (manifest !== null) return withExports(below, manifest);
    if (folder === dirname(folder)) return null;
  }
}

function withExports(folder: string, { exports }: Manifest): FoundPackage | null {
  return exports === undefined || exports === null ? null : { folder, exports };
}

type Manifest = Readonly<Record<string, unknown>>;

function manifestIn(folder: string): Manifest | null {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest | null;
  } catch {
    return null;
  }
}

// `exports` may stand for "." alone.
function targetIn(exports: unknown, path: string): string | null {
  const isTable = isObject(exports) && Object.keys(exports).every((key) => key.startsWith("."));
  const table = isTable ? exports : { ".": exports };
  if (path in table && !path.includes("*")) return chosen(table[path], "");
  const patterns = Object.keys(table).filter((key) => matchOf(key, path) !== null);
  const best = patterns.sort((a, b) => b.indexOf("*") - a.indexOf("*") || b.length - a.length)[0];
  return best === undefined ? null : chosen(table[best], matchOf(best, path) ?? "");
}

/** What the star of a pattern stands for in a path; null if the pattern does not fit. */
function matchOf(pattern: string, path: string): string | null {
  const star = pattern.indexOf("*");
  if (star < 0) return null;
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
  const fits = path.length >= pattern.length && path.startsWith(head) && path.endsWith(tail);
  return fits ? path.slice(star, path.length - tail.length) : null;
}

function chosen(target: unknown, match: string): string | null {
  if (typeof target === "string") return target.startsWith("./") ? target.split("*").join(match) : null;
  if (Array.isArray(target)) return firstOf(target, match);
  if (!isObject(target)) return null;
  const keys = Object.keys(target).filter((key) => CONDITIONS.has(key));
  return firstOf(
    keys.map((key) => target[key]),
    match,
  );
}

function firstOf(targets: readonly unknown[], match: string): string | null {
  for (const target of targets) {
    const found = chosen(target, match);
    if (found !== null) return found;
  }
  return null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
