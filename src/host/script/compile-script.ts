// Host: compiles a bundled script; an instance is one call of the compiled function.
import type { CompileSource } from "../../boundary/host-spec.ts";
import { compileFunction } from "./compile-function.ts";
import { importMeta } from "./imports/import-meta.ts";
import { Packages } from "./imports/packages.ts";

/** Compiles a bundle once, for any number of instances. */
export function compileScript({
  code,
  name,
  async,
  uses,
  file,
  packages: imported = [],
}: Omit<CompileSource, "shared">): CompiledScript {
  const factory = compileFunction({ body: code, name, parameters: uses, isAsync: async }) as Factory;
  const packages = new Packages(file);
  const supplied: Readonly<Record<string, unknown>> = Object.assign(Object.create(null), {
    require: packages.require,
    __package: packages.load,
    __load: packages.loadLater,
    __meta: importMeta,
  });
  return {
    async,
    uses,
    prepare: () => packages.prepare(imported),
    instantiate: (injected) => factory(...uses.map((use) => valueOf(use, injected, supplied))),
  };
}

/** A script that is compiled once and evaluated again for each instance. */
export interface CompiledScript {
  readonly async: boolean;
  readonly uses: readonly string[];
  /** Loads the packages that it imports. Returns a promise if one of them awaits at its top level, else null. */
  prepare(): Promise<void> | null;
  /** Evaluates a fresh instance; what is not injected comes from the global object. */
  instantiate(
    injected: Readonly<Record<string, unknown>>,
  ): Record<string, unknown> | Promise<Record<string, unknown>>;
}

type Factory = (...names: unknown[]) => Record<string, unknown> | Promise<Record<string, unknown>>;

function valueOf(
  name: string,
  injected: Readonly<Record<string, unknown>>,
  supplied: Readonly<Record<string, unknown>>,
): unknown {
  if (name in supplied) return supplied[name];
  return name in injected ? injected[name] : Reflect.get(globalThis, name);
}
