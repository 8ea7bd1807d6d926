// Dialect: one evaluation of a Diesel script's module.
import type { Instance, ScriptContext } from "../../host/api/dialect.ts";
import type { HostSession } from "../../host/api/host-session.ts";
import { isPromiseLike } from "../../boundary/checks.ts";
import { dieselGlobals } from "./script-globals.ts";
import type { Lifetime } from "./state/lifetime.ts";

/** Evaluates at the first use, and ends once. */
export class Evaluation implements Lifetime {
  #instance: Instance | Promise<Instance> | null = null;
  #isEnded = false;

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The instance, if its evaluation has finished; else null. */
  get ready(): Instance | null {
    return this.#instance === null || isPromiseLike(this.#instance) ? null : this.#instance;
  }

  get messages(): unknown {
    return this.ready?.exports["messages"];
  }

  /** The instance, evaluated if necessary; a promise while the module awaits at its top level. */
  instance(script: ScriptContext, owner: HostSession | null): Instance | Promise<Instance> {
    if (this.#instance !== null) return this.#instance;
    const made = script.instantiate(dieselGlobals(script, this), owner);
    this.#instance = isPromiseLike(made) ? this.#settle(made) : made;
    return this.#instance;
  }

  /** From now on the module has no effect, whatever of it still runs. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.ready?.end();
  }

  // A module that threw is evaluated again at the next event: one failure must not cost a session its script.
  async #settle(made: Promise<Instance>): Promise<Instance> {
    try {
      this.#instance = await made;
    } catch (error) {
      this.#instance = null;
      throw error;
    }
    if (this.#isEnded) this.#instance.end();
    return this.#instance;
  }
}
