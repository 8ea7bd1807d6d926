import type { Contract, Dialect } from "../../host/api/dialect.ts";
import { ScriptingProgram } from "./program.ts";

/** The API of the Scripting app's servers: a script's exports say nothing, what it does when evaluated is all. */
export const scripting: Dialect = {
  name: "scripting",
  check: (): Contract => ({ handlers: [], tickRate: null, scope: "route", threads: 1 }),
  program: (script) => new ScriptingProgram(script),
};
