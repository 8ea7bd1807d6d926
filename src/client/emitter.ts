// Client: listeners by the name of their event.
import { report } from "./surroundings.ts";

export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>();

  /** Adds a listener. Returns the function that removes it. */
  readonly on = <Name extends keyof Events>(
    name: Name,
    listener: (event: Events[Name]) => void,
  ): (() => void) => {
    const added = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, added);
    added.add(listener);
    return () => void added.delete(listener);
  };

  /** Calls all listeners; an error of one is reported, and does not reach the library. */
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        listener(event as never);
      } catch (error) {
        report(error);
      }
    }
  }
}
