import { Script } from "node:vm";
import { Packages } from "./packages.ts";
import type { CompileSource } from "../../boundary/host-spec.ts";

/** A script that is compiled once and evaluated anew for each instance. */
export interface CompiledScript {
  readonly async: boolean;
  readonly uses: readonly string[];
  /** Evaluates a fresh instance; what is not injected comes from the global object. */
  instantiate(
    injected: Readonly<Record<string, unknown>>,
  ): Record<string, unknown> | Promise<Record<string, unknown>>;
}

type Factory = (...names: unknown[]) => Record<string, unknown> | Promise<Record<string, unknown>>;

/** Compiles a bundle. Nothing of it is ever put on the global object. */
export function compileScript({
  code,
  name,
  async,
  uses,
  file,
}: Omit<CompileSource, "shared">): CompiledScript {
  const text = `(${async ? "async " : ""}function (${uses.join(", ")}) {\n${code}\n})`;
  // The added first line is line 0, so that the code's own lines keep their numbers.
  const factory = new Script(text, { filename: name, lineOffset: -1 }).runInThisContext() as Factory;
  const packages = new Packages(file);
  const supplied: Readonly<Record<string, unknown>> = Object.assign(Object.create(null), {
    require: packages.require,
    __package: packages.load,
    __load: packages.loadLater,
  });
  return {
    async,
    uses,
    instantiate: (injected) => factory(...uses.map((use) => valueOf(use, injected, supplied))),
  };
}

function valueOf(
  name: string,
  injected: Readonly<Record<string, unknown>>,
  supplied: Readonly<Record<string, unknown>>,
): unknown {
  if (name in supplied) return supplied[name];
  return name in injected ? injected[name] : Reflect.get(globalThis, name);
}
