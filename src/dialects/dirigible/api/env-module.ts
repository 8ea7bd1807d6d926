// Dialect: the published module `core/v4/env`.
import { stringFor } from "../../../boundary/checks.ts";
import { variableOf, type Environment } from "../state/configurations.ts";
import type { Execution } from "../state/execution.ts";

/** The environment of the process, with the values of the app's `.env`. */
export function envModule(execution: Execution): object {
  const environment = environmentOf(execution);
  return {
    get: (name: unknown) => variableOf(environment, stringFor("env.get", "name", name)),
    list: () => ({ ...environment }),
  };
}

/** The environment as the modules of the execution see it. */
export function environmentOf({ globals }: Execution): Environment {
  return (globals.values["process"] as { readonly env: Environment } | undefined)?.env ?? {};
}
