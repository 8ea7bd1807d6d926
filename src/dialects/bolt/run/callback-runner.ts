// Dialect: calls the callbacks of a Bolt program, and its error handler when one of them fails.
import { isPromiseLike } from "../../../boundary/checks.ts";
import type { MaybePromise, ScriptContext } from "../../../host/api/dialect.ts";
import { after } from "../common/sequence.ts";
import type { Callback } from "../routes/callback.ts";
import type { GlobalMiddleware } from "../routes/global-middleware.ts";

/** A fault is logged in any case; the error handler decides what the client of a request gets. */
export class CallbackRunner {
  readonly middleware: GlobalMiddleware;
  readonly #script: Pick<ScriptContext, "fault">;
  #exports: Readonly<Record<string, unknown>> = {};

  constructor(script: Pick<ScriptContext, "fault">, middleware: GlobalMiddleware) {
    this.#script = script;
    this.middleware = middleware;
  }

  /** The program has been evaluated: callbacks that are names are looked up among these. */
  evaluated(exports: Readonly<Record<string, unknown>>): void {
    this.#exports = exports;
  }

  steps(callbacks: readonly Callback[]): (() => unknown)[] {
    return callbacks.map((callback) => () => callback.call(this.#exports));
  }

  /** Runs callbacks. After a fault, the error handler runs between the two calls of `failure`. It never throws. */
  guarded(where: string, run: () => MaybePromise, failure: Failure = NOTHING_ELSE): MaybePromise {
    const caught = (error: unknown): MaybePromise => {
      this.#script.fault(error, where);
      failure.onFault();
      return after(this.#handle(error), failure.onHandled);
    };
    return attempt(run, caught);
  }

  #handle(error: unknown): MaybePromise {
    const handler = this.middleware.onError;
    if (handler === null) return;
    const run = (): unknown => handler.call(this.#exports, error);
    return attempt(run, (second) => this.#script.fault(second, handler.where));
  }
}

/** Is notified before and after the error handler. */
export interface Failure {
  /** A callback has failed. */
  onFault(): void;
  /** The error handler has run, if there is one. */
  readonly onHandled: () => void;
}

const NOTHING_ELSE: Failure = { onFault: () => undefined, onHandled: () => undefined };

function attempt(run: () => unknown, caught: (error: unknown) => MaybePromise): MaybePromise {
  try {
    const result = run();
    return isPromiseLike(result) ? Promise.resolve(result).catch(caught) : undefined;
  } catch (error) {
    return caught(error);
  }
}
