// Dialect: steps one after the other, with promises only where a step returns one.
import { isPromiseLike } from "../../../boundary/checks.ts";
import type { MaybePromise } from "../../../host/api/dialect.ts";

/** Runs steps in order, each when the previous one has settled, as long as `goesOn` returns true. */
export function inSequence(steps: readonly (() => unknown)[], goesOn: () => boolean, from = 0): MaybePromise {
  for (let at = from; at < steps.length && goesOn(); at += 1) {
    const result = steps[at]?.();
    if (isPromiseLike(result)) return after(result, () => inSequence(steps, goesOn, at + 1));
  }
}

/** Runs `next` after `first`: at once, unless `first` is a promise. */
export function after(first: unknown, next: () => MaybePromise): MaybePromise {
  return isPromiseLike(first) ? Promise.resolve(first).then(next) : next();
}
