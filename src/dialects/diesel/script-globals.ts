// Dialect: the names that a Diesel script finds without an import.
import type { ScriptContext } from "../../host/api/dialect.ts";
import { Diesel } from "./api/diesel.ts";
import { Results } from "./api/results.ts";
import type { Lifetime } from "./state/lifetime.ts";

/** Published: WebSocket scripts have no `Results`, all others do. */
export function dieselGlobals(script: ScriptContext, lifetime: Lifetime): Readonly<Record<string, unknown>> {
  const diesel = new Diesel(script, lifetime);
  return script.info.kind === "ws" ? { diesel } : { diesel, Results };
}
