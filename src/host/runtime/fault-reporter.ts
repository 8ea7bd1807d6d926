// Host: catches the faults of scripts: each is logged and passed to the script's own error handler.
import { isPromiseLike } from "../../boundary/checks.ts";
import { ParlorError } from "../../boundary/errors.ts";
import type { LoggedRequest } from "../../boundary/log-line.ts";
import type { Program } from "../api/dialect.ts";
import type { HostSession } from "../api/host-session.ts";

/** Runs the code of scripts so that a throw, or a rejection, is reported and nothing more. */
export class FaultReporter {
  readonly #log: (error: unknown, origin: FaultOrigin) => void;
  /** How long the promise of a handler may take, ms. */
  readonly handlerTimeout: number;

  constructor(log: (error: unknown, origin: FaultOrigin) => void, handlerTimeout: number) {
    this.#log = log;
    this.handlerTimeout = handlerTimeout;
  }

  /** Logs a fault and calls the script's `onError`; a fault of that one is only logged. */
  report(error: unknown, origin: FaultOrigin): void {
    this.#log(error, origin);
    const { program, session } = origin;
    if (program === null) return;
    void this.guard({ ...origin, program: null, what: "onError" }, () => program.error?.(session, error));
  }

  /** A handler's promise has taken longer than `handlerTimeout`. Nothing threw it, so it has no stack. */
  timedOut(what: string, session: HostSession | null, program: Program | null = null): void {
    const seconds = this.handlerTimeout / 1000;
    const error = new ParlorError("PARLOR_HANDLER_TIMEOUT/session", { seconds });
    error.stack = "";
    this.#log(error, { program, session, what, kind: "interrupted" });
  }

  /** Returns the promise of the call, if it is one, as a promise that never rejects. */
  guard(origin: FaultOrigin, call: () => unknown): PromiseLike<unknown> | null {
    try {
      const result = call();
      return isPending(result) ? this.caught(result, origin) : null;
    } catch (error) {
      this.report(error, origin);
      return null;
    }
  }

  /** A script's promise may not be a proper one: its `then` may return nothing, or call back at once. */
  caught(promise: PromiseLike<unknown>, origin: FaultOrigin): PromiseLike<unknown> {
    return Promise.resolve(promise).then(undefined, (error: unknown) => this.report(error, origin));
  }
}

/** Where a fault happened, for its log line. */
export interface FaultOrigin {
  readonly program: Program | null;
  readonly session: HostSession | null;
  readonly what: string;
  readonly kind: "handler" | "timer" | "rejection" | "interrupted";
  /** The HTTP request that the handler was called for. */
  readonly request?: LoggedRequest;
}

/** Whether a handler has returned a promise. A function with a `then` is a result like any other. */
export function isPending(result: unknown): result is PromiseLike<unknown> {
  return typeof result === "object" && isPromiseLike(result);
}
