// Dialect: the globals that the modules of a Dirigible registry find, whose timers end with their connection.
import { isPromiseLike } from "../../../boundary/checks.ts";
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { HostSession } from "../../../host/api/host-session.ts";

/** Makes the globals of a program's connections and runs, and ends those that are left. */
export class ModuleGlobalsStore {
  readonly #script: ScriptContext;
  readonly #live = new Set<ModuleGlobals>();

  constructor(script: ScriptContext) {
    this.#script = script;
  }

  create(owner: HostSession | null): ModuleGlobals {
    const instance = this.#script.instantiate({}, owner);
    if (isPromiseLike(instance)) throw new Error("the globals of the registry's modules were not ready");
    const values = Object.fromEntries(
      GLOBAL_NAMES.map((name) => [name, instance.exports[name] ?? Reflect.get(globalThis, name)]),
    );
    const end = (): void => {
      if (this.#live.delete(globals)) instance.end();
    };
    const globals: ModuleGlobals = { owner, values, idle: () => instance.idle(), end };
    this.#live.add(globals);
    return globals;
  }

  endAll(): void {
    for (const globals of this.#live) globals.end();
  }
}

/** The globals of one connection's modules, or of one run. */
export interface ModuleGlobals {
  /** The session whose modules have them; null for a run, and for an outbound connection. */
  readonly owner: HostSession | null;
  /** The values of `GLOBAL_NAMES`. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Resolves when none of its timers is left. */
  idle(): Promise<void>;
  /** Clears its timers. */
  end(): void;
}

/** The globals that belong to the host: the faults of a timer, for example, are reported for its connection. */
export const GLOBAL_NAMES: readonly string[] = [
  ...["console", "Date", "Math", "performance", "crypto", "fetch", "process"],
  ...["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"],
];
