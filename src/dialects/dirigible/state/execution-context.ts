// Dialect: the published `__context` of an execution.
import { stringFor } from "../../../boundary/checks.ts";

/** Published: values from the platform for an execution, and values that its modules share. */
export class ExecutionContext {
  readonly #values: Map<string, unknown>;

  constructor(values: Iterable<readonly [string, unknown]> = []) {
    this.#values = new Map(values);
  }

  /** `null` when missing, as in the published platform's maps. */
  get(name: unknown): unknown {
    return this.#values.get(stringFor("context.get", "name", name)) ?? null;
  }

  set(name: unknown, value: unknown): void {
    this.#values.set(stringFor("context.set", "name", name), value);
  }

  /** The same as `set`: the published `__context` is a Java map. */
  put(name: unknown, value: unknown): void {
    this.#values.set(stringFor("__context.put", "name", name), value);
  }
}
