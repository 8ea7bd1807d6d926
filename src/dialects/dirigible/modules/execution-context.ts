import { stringFor } from "../checks.ts";

/** The published `__context`: what the platform tells an execution, and what its modules tell each other. */
export class ExecutionContext {
  readonly #values: Map<string, unknown>;

  constructor(values: Iterable<readonly [string, unknown]> = []) {
    this.#values = new Map(values);
  }

  /** `null` when there is no such value, as in the published platform's maps. */
  get(name: unknown): unknown {
    return this.#values.get(stringFor("context.get", "name", name)) ?? null;
  }

  set(name: unknown, value: unknown): void {
    this.#values.set(stringFor("context.set", "name", name), value);
  }

  /** Under this name the published `__context`, a Java map, has it. */
  put(name: unknown, value: unknown): void {
    this.#values.set(stringFor("__context.put", "name", name), value);
  }
}
