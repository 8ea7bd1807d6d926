// Dialect: the values of the published module `core/v4/configurations`.
import { stringFor } from "../../../boundary/checks.ts";

/** Published: values that modules set come before the environment, and the environment before values that were loaded. */
export class Configurations {
  readonly #set = new Map<string, string>();
  readonly #loaded = new Map<string, string>();

  get(key: string, environment: Environment): string | null {
    return this.#set.get(key) ?? variableOf(environment, key) ?? this.#loaded.get(key) ?? null;
  }

  readonly set = (key: unknown, value: unknown): void => {
    const text = stringFor("configurations.set", "value", value);
    this.#set.set(stringFor("configurations.set", "key", key), text);
  };

  /** Removes a value that a module has set or loaded; the environment keeps its own. */
  remove(key: string): void {
    this.#set.delete(key);
    this.#loaded.delete(key);
  }

  /** Takes the values of a text of properties: `key=value` lines, `#` and `!` start a comment. */
  load(text: string): void {
    for (const line of text.split(/\r?\n/)) {
      const [, key, value] = /^\s*([^\s#!=:][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
      if (key !== undefined && value !== undefined) this.#loaded.set(key, value);
    }
  }

  /** All keys, each once. */
  keys(environment: Environment): string[] {
    return [...new Set([...this.#set.keys(), ...Object.keys(environment), ...this.#loaded.keys()])];
  }
}

/** The environment of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable of the environment; null when it has none of this name. */
export function variableOf(environment: Environment, name: string): string | null {
  return Object.hasOwn(environment, name) ? (environment[name] ?? null) : null;
}
