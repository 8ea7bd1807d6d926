// Dialect: what the caller's places hold after their lists were given to parameters.
import type { RingValue } from "../runtime/values.ts";

/** The helpers of one program: the function notes what its parameters held at its end, the call puts it into the caller's place. */
export function givenBack() {
  const given = new WeakMap<object, RingValue>();
  return {
    /** At the end of a function: `old` is what the parameter got, `now` what it holds. */
    endParameter: (old: RingValue, now: RingValue): void => {
      if (typeof old !== "object") return;
      if (old === now) given.delete(old);
      else given.set(old, now);
    },
    /** After a call: `old` is what a place held before it. */
    afterCall: (result: RingValue, old: RingValue, assign: (value: RingValue) => void): RingValue => {
      const now = typeof old === "object" ? given.get(old) : undefined;
      if (now === undefined) return result;
      given.delete(old as object);
      assign(now);
      return result;
    },
  };
}
