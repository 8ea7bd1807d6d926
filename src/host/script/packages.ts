// Host: the packages and Node modules that one script imports.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import { nearest } from "../../boundary/text/nearest.ts";

/** Resolved from the folder of the script. */
export class Packages {
  readonly require: NodeJS.Require;
  readonly #loaded = new Map<string, Map<string, Exports>>();

  constructor(file: string) {
    this.require = createRequire(file);
  }

  /** Returns the exports that `import` of the source gives. `wanted`: the imported names, separated by commas. */
  readonly load = (source: string, wanted = ""): Exports => {
    const known = this.#loaded.get(source)?.get(wanted);
    return known ?? this.#load(source, wanted);
  };

  /** The same for `import(source)`: also a module that awaits at its top level, which cannot be required. */
  readonly loadLater = async (source: unknown): Promise<Exports> => {
    try {
      return this.load(String(source));
    } catch (error) {
      if ((error as NodeJS.ErrnoException | null)?.code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
      return (await import(pathToFileURL(this.require.resolve(String(source))).href)) as Exports;
    }
  };

  #load(source: string, wanted: string): Exports {
    const known = this.#loaded.get(source) ?? new Map<string, Exports>();
    const exports = known.values().next().value ?? moduleExports(this.require(source));
    for (const name of wanted === "" ? [] : wanted.split(",")) {
      if (!(name in exports)) throw new SyntaxError(lacks(source, name, exports));
    }
    this.#loaded.set(source, known.set(wanted, exports));
    return exports;
  }
}

type Exports = Readonly<Record<string, unknown>>;

/** The exports of a CommonJS module as an ES module would have them; those of an ES module as they are. */
function moduleExports(exported: unknown): Exports {
  if (types.isModuleNamespaceObject(exported)) return exported as unknown as Exports;
  const exports: Record<string, unknown> = Object.create(null);
  const holdsNames = (typeof exported === "object" && exported !== null) || typeof exported === "function";
  // Getters stay getters: they may be live, slow or deprecated, and the script has not read them yet.
  if (holdsNames) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(exported))) {
      if (descriptor.enumerable && descriptor.get)
        Object.defineProperty(exports, name, { get: () => Reflect.get(exported, name) });
      else if (descriptor.enumerable) exports[name] = descriptor.value;
    }
  }
  Object.defineProperty(exports, "default", { value: defaultOf(exported), enumerable: true });
  return exports;
}

// A module that was compiled from an ES module is marked so, and has its default export under that name: the same value
// as in the package's own ES build.
function defaultOf(exported: unknown): unknown {
  const compiled = exported as { __esModule?: unknown; default?: unknown } | null;
  const marked = typeof compiled === "object" && compiled !== null && compiled.__esModule === true;
  return marked && "default" in compiled ? compiled.default : exported;
}

function lacks(source: string, name: string, exports: Exports): string {
  if (name === "default") return `"${source}" has no default export; import what you need by name`;
  const meant = nearest(name, Object.keys(exports));
  return `"${source}" exports no "${name}"; ${meant === null ? "correct the name" : `did you mean "${meant}"?`}`;
}
