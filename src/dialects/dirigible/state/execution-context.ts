// Dialect: the published `__context` of an execution.
import { stringFor } from "../../../boundary/checks.ts";

/**
 * Published: values from the platform for an execution, and values that its modules share. Its functions are those of the
 * published module `core/v4/context`, so they need no `this`.
 */
export class ExecutionContext {
  readonly #values: Map<string, unknown>;

  constructor(values: Iterable<readonly [string, unknown]> = []) {
    this.#values = new Map(values);
  }

  /** `null` when missing, as in the published platform's maps. */
  readonly get = (name: unknown): unknown => this.#values.get(stringFor("context.get", "name", name)) ?? null;

  readonly set = (name: unknown, value: unknown): void => {
    this.#values.set(stringFor("context.set", "name", name), value);
  };

  /** The same as `set`: the published `__context` is a Java map. */
  readonly put = (name: unknown, value: unknown): void => {
    this.#values.set(stringFor("__context.put", "name", name), value);
  };
}
