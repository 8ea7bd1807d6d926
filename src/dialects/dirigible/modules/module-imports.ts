// Dialect: what an ES module of a registry sees of the modules that it imports, and what others see of it.
import { isRecord } from "../../../boundary/checks.ts";
import { nearest } from "../../../boundary/text/nearest.ts";
import type { Getters } from "../registry/compiled-module.ts";

/** The exports of a module, as `import` gives them. `isReady`: it has been evaluated, so it has all its exports. */
export interface ImportedModule {
  readonly exports: unknown;
  readonly isEsModule: boolean;
  readonly isReady: boolean;
}

/**
 * The exports by their names. Those of CommonJS, JSON and published modules are also the default export, unless they have
 * one. Throws a SyntaxError that starts with `asker` for a wanted name that the module does not export.
 */
export function importedNames(imported: ImportedModule, wanted: readonly string[], asker: string): object {
  const missing = imported.isReady ? wanted.find((name) => !has(imported, name)) : undefined;
  if (missing !== undefined) throw new SyntaxError(`${asker}, which ${lacks(missing, imported)}`);
  return imported.isEsModule ? (imported.exports as object) : interop(imported, wanted);
}

/** Adds exports to an ES module's: its own, and those of a module that it exports whole. */
export function publishInto(exports: object): (own: Getters | null, all?: object) => void {
  return (own, all = {}) => {
    for (const [name, get] of Object.entries(own ?? {}))
      Object.defineProperty(exports, name, { get, enumerable: true });
    for (const name of Object.keys(all)) {
      if (name === "default" || name in exports) continue;
      Object.defineProperty(exports, name, {
        get: () => Reflect.get(all, name) as unknown,
        enumerable: true,
      });
    }
  };
}

function has({ exports, isEsModule }: ImportedModule, name: string): boolean {
  return (name === "default" && !isEsModule) || (hasNames(exports) && name in exports);
}

// In a circle of modules, a CommonJS module has its exports later: so all are read when they are used.
function interop(imported: ImportedModule, wanted: readonly string[]): object {
  const names = Object.create(null) as object;
  const own = namesIn(imported);
  for (const name of new Set([...own, ...wanted, "default"])) {
    const isWhole = name === "default" && !own.includes(name);
    const get = (): unknown => (isWhole ? imported.exports : exportOf(imported.exports, name));
    Object.defineProperty(names, name, { get, enumerable: true });
  }
  return names;
}

/** A module's export of this name; `undefined` also if its exports have no names. */
export function exportOf(exports: unknown, name: string): unknown {
  return hasNames(exports) ? Reflect.get(exports, name) : undefined;
}

function hasNames(exports: unknown): exports is object {
  return isRecord(exports) || typeof exports === "function";
}

function namesIn({ exports }: ImportedModule): string[] {
  return hasNames(exports) ? Object.keys(exports) : [];
}

function lacks(name: string, imported: ImportedModule): string {
  const names = namesIn(imported).filter((known) => imported.isEsModule || known !== "default");
  if (name === "default") return `has no default export; import what you need by name: ${names.join(", ")}`;
  const meant = nearest(name, names);
  const hint = meant === null ? "" : `did you mean "${meant}"? `;
  return `does not export "${name}"; ${hint}it exports ${names.length === 0 ? "nothing" : names.join(", ")}`;
}
