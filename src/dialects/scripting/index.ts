// Dialect: the API of the Scripting app's servers.
import type { Contract, Dialect } from "../../host/api/dialect.ts";
import { scriptingModule } from "./module-names.ts";
import { ScriptingProgram } from "./program.ts";

/** Scripts start servers when they are evaluated; of their exports only `runs` has a meaning. */
export const scripting: Dialect = {
  name: "scripting",
  check: (_kind, { exports }): Contract | { readonly problems: readonly string[] } => {
    const runs = exports["runs"];
    const contract: Contract = { handlers: [], tickRate: null, scope: "route", threads: 1 };
    if (runs === undefined || (runs.type === "data" && runs.value === "node")) return contract;
    if (runs.type === "data" && runs.value === "cluster") return { ...contract, runs: "cluster" };
    return { problems: ['runs must be "cluster" or "node", written as a literal'] };
  },
  program: (script) => new ScriptingProgram(script),
  modules: [scriptingModule],
};
