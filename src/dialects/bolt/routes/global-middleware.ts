// Dialect: what a Bolt program runs around the callbacks of all its routes, and when one of them fails.
import { countFor, type Call } from "../common/checks.ts";
import { Callback } from "./callback.ts";

/**
 * Published: `@before`, `@after`, `@use` and `@error`. Without the `@` the first two would be the calls for the last
 * route, so they have names of their own here.
 */
export class GlobalMiddleware {
  readonly before: Callback[] = [];
  readonly after: Callback[] = [];
  #onError: Callback | null = null;

  /** The error handler; null if the program has none. */
  get onError(): Callback | null {
    return this.#onError;
  }

  /** Published: `@use` registers what runs first, as `@before` does; of several error handlers the last one counts. */
  calls(): Record<string, Call> {
    return {
      beforeAll: (...args) => void this.before.push(read("beforeAll", "middleware", args)),
      afterAll: (...args) => void this.after.push(read("afterAll", "middleware", args)),
      use: (...args) => void this.before.push(read("use", "middleware", args)),
      onError: (...args) => void (this.#onError = read("onError", "handler", args)),
    };
  }

  get callbacks(): Callback[] {
    return [...this.before, ...this.after, ...(this.#onError === null ? [] : [this.#onError])];
  }
}

function read(call: string, parameter: string, args: readonly unknown[]): Callback {
  countFor(`${call}(${parameter})`, args, 1, "");
  const callback = new Callback(`${call}: ${parameter}`, args[0]);
  if (callback.isNone) throw new TypeError(`${callback.where} must be a function or the name of one, got ""`);
  return callback;
}
