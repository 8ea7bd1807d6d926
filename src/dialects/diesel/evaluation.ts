import type { Instance, ScriptContext } from "../../host/api/dialect.ts";
import type { HostSession } from "../../host/api/host-session.ts";
import { isPromise } from "./checks.ts";
import { dieselNames } from "./api/diesel.ts";
import type { Lifetime } from "./lifetime.ts";

/** One evaluation of a script's module: made at the first use, ended once. */
export class Evaluation implements Lifetime {
  #instance: Instance | Promise<Instance> | null = null;
  #isEnded = false;

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The instance, if it has been made and waits for nothing. */
  get ready(): Instance | null {
    return this.#instance === null || isPromise(this.#instance) ? null : this.#instance;
  }

  /** The instance, made if need be; a promise while the module awaits something at its top level. */
  instance(script: ScriptContext, owner: HostSession | null): Instance | Promise<Instance> {
    if (this.#instance !== null) return this.#instance;
    const made = script.instantiate(dieselNames(script, this), owner);
    this.#instance = isPromise(made) ? this.#settle(made) : made;
    return this.#instance;
  }

  /** From now on what the module still does has no effect. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.ready?.end();
  }

  // A module that threw is evaluated again at the next event: the first of many tries must not cost a session its script.
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
