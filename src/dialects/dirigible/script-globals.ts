import type { ScriptContext } from "../../host/api/dialect.ts";
import type { HostSession } from "../../host/api/host-session.ts";
import { isPromise } from "./checks.ts";

/** The names that every module finds and that its host owns: faults of a timer, for instance, are told to it. */
export const GLOBAL_NAMES: readonly string[] = [
  ...["console", "Date", "Math", "performance", "crypto", "fetch"],
  ...["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"],
];

/** What the modules of one connection, or of one run, find around them. Its timers end with it. */
export interface ModuleGlobals {
  /** The values of `WORLD_NAMES`, in that order. */
  readonly values: readonly unknown[];
  idle(): Promise<void>;
  end(): void;
}

/** The globalsStore of a program, so that none outlives it. */
export class ModuleGlobalsStore {
  readonly #script: ScriptContext;
  readonly #living = new Set<ModuleGlobals>();

  constructor(script: ScriptContext) {
    this.#script = script;
  }

  create(owner: HostSession | null): ModuleGlobals {
    const made = this.#script.instantiate({}, owner);
    if (isPromise(made)) throw new Error("the registry's globals was not ready");
    const values = GLOBAL_NAMES.map((name) => made.exports[name] ?? Reflect.get(globalThis, name));
    const end = (): void => {
      if (this.#living.delete(globals)) made.end();
    };
    const globals: ModuleGlobals = { values, idle: () => made.idle(), end };
    this.#living.add(globals);
    return globals;
  }

  endAll(): void {
    for (const globals of this.#living) globals.end();
  }
}
