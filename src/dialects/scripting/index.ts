// Dialect: the API of the Scripting app's servers.
import type { Contract, Dialect } from "../../host/api/dialect.ts";
import { scriptingModule } from "./module-names.ts";
import { ScriptingProgram } from "./program.ts";

/** Scripts start servers when they are evaluated; their exports have no meaning. */
export const scripting: Dialect = {
  name: "scripting",
  check: (): Contract => ({ handlers: [], tickRate: null, scope: "route", threads: 1 }),
  program: (script) => new ScriptingProgram(script),
  modules: [scriptingModule],
};
