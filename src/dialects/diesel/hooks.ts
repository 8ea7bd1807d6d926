// Dialect: the functions of a Diesel script that run at the start of its host and before its end.
import type { LifeHooks } from "../../host/api/dialect.ts";

/** Called without arguments: one, optional, is reserved. */
export function hooksIn({ onStart, onStop }: Readonly<Record<string, unknown>>): LifeHooks {
  return { onStart: callOf(onStart), onStop: callOf(onStop) };
}

function callOf(handler: unknown): LifeHooks["onStart"] {
  return typeof handler === "function" ? (handler as () => unknown) : null;
}
