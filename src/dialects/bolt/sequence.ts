import type { MaybePromise } from "../../host/api/dialect.ts";

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** Does a thing after another, at once if the other has waited for nothing. */
export function after(first: unknown, next: () => MaybePromise): MaybePromise {
  return isPromise(first) ? Promise.resolve(first).then(next) : next();
}

/** Runs steps one after the other, each when the last has settled, for as long as `goesOn` says so. */
export function inSequence(steps: readonly (() => unknown)[], goesOn: () => boolean, from = 0): MaybePromise {
  for (let at = from; at < steps.length && goesOn(); at += 1) {
    const result = steps[at]?.();
    if (isPromise(result)) return after(result, () => inSequence(steps, goesOn, at + 1));
  }
}
