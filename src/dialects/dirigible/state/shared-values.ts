// Dialect: the values of the published module `core/v4/globals`.
import { stringFor } from "../../../boundary/checks.ts";

/**
 * Published: values of the process, for all modules and sessions. They survive edits, but not the end of the host. Its
 * functions are those of the published module, so they need no `this`.
 */
export class SharedValues {
  readonly #values = new Map<string, unknown>();

  /** `null` when missing: the published example tests for it. */
  readonly get = (name: unknown): unknown => this.#values.get(stringFor("globals.get", "name", name)) ?? null;

  readonly set = (name: unknown, value: unknown): void => {
    this.#values.set(stringFor("globals.set", "name", name), value);
  };

  /** A copy, by name. */
  readonly list = (): Record<string, unknown> => Object.fromEntries(this.#values);
}
