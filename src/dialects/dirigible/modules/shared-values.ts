import { stringFor } from "../checks.ts";

/** Published: values of the process, shared by all modules and sessions. They survive edits, not the host's end. */
export class SharedValues {
  readonly #values = new Map<string, unknown>();

  /** `null` when missing: the published example tests for it. */
  get(name: unknown): unknown {
    return this.#values.get(stringFor("globals.get", "name", name)) ?? null;
  }

  set(name: unknown, value: unknown): void {
    this.#values.set(stringFor("globals.set", "name", name), value);
  }

  /** A copy, by name. */
  list(): Record<string, unknown> {
    return Object.fromEntries(this.#values);
  }
}
