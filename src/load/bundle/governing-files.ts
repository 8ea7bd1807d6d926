// Load: the files that say how a file is bundled: the package.json and the tsconfig.json above it.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

/** Finds these files for the files of one bundle. They are its inputs as well: a change of one may change the code. */
export class GoverningFiles {
  /** By folder. */
  readonly #found = new Map<string, readonly string[]>();

  /** The nearest package.json and tsconfig.json of a file, and what that tsconfig.json extends; absolute. */
  of(file: string): readonly string[] {
    const folder = dirname(file);
    const known = this.#found.get(folder);
    if (known !== undefined) return known;
    const config = nearest("tsconfig.json", folder);
    const found = [...nearest("package.json", folder), ...config.flatMap((one) => withExtended(one))];
    this.#found.set(folder, found);
    return found;
  }
}

function nearest(name: string, start: string): string[] {
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, name);
    if (existsSync(file)) return [file];
    if (folder === dirname(folder)) return [];
  }
}

/** Longer chains are circles. */
const LONGEST_CHAIN = 20;

function withExtended(config: string, left = LONGEST_CHAIN): string[] {
  if (left === 0) return [];
  return [config, ...extendedBy(config).flatMap((file) => withExtended(file, left - 1))];
}

// The bundler reads it in full, and reports what is wrong with it.
function extendedBy(config: string): string[] {
  const [, one, list = ""] = EXTENDS.exec(textOf(config)) ?? [];
  const names = one === undefined ? [...list.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name) : [one];
  return names.flatMap((name) => pathOf(name, config));
}

const EXTENDS = /"extends"\s*:\s*(?:"([^"]+)"|\[([^\]]*)\])/;

function pathOf(name: string, config: string): string[] {
  if (/^\.{0,2}[/\\]/.test(name)) {
    const path = resolve(dirname(config), name);
    return [path, `${path}.json`].filter((file) => file.endsWith(".json"));
  }
  try {
    return [createRequire(config).resolve(name)];
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
