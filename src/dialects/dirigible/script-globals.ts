import type { ScriptContext } from "../../host/api/dialect.ts";
import type { HostSession } from "../../host/api/host-session.ts";
import { isPromise } from "./checks.ts";

/** The names that every module finds and that its host owns: faults of a timer, for instance, are told to it. */
export const WORLD_NAMES: readonly string[] = [
  ...["console", "Date", "Math", "performance", "crypto", "fetch"],
  ...["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"],
];

/** What the modules of one connection, or of one run, find around them. Its timers end with it. */
export interface World {
  /** The values of `WORLD_NAMES`, in that order. */
  readonly values: readonly unknown[];
  idle(): Promise<void>;
  end(): void;
}

/** The worlds of a program, so that none outlives it. */
export class Worlds {
  readonly #side: ScriptContext;
  readonly #living = new Set<World>();

  constructor(side: ScriptContext) {
    this.#side = side;
  }

  begin(owner: HostSession | null): World {
    const made = this.#side.instantiate({}, owner);
    if (isPromise(made)) throw new Error("the registry's world was not ready");
    const values = WORLD_NAMES.map((name) => made.exports[name] ?? Reflect.get(globalThis, name));
    const end = (): void => {
      if (this.#living.delete(world)) made.end();
    };
    const world: World = { values, idle: () => made.idle(), end };
    this.#living.add(world);
    return world;
  }

  end(): void {
    for (const world of this.#living) world.end();
  }
}
