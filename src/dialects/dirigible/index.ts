import type { Contract, Dialect } from "../../host/api/dialect.ts";
import { DirigibleProgram } from "./program.ts";

/** Eclipse Dirigible's API: the app's `dirigible/` folder is the registry, and all of it is one program. */
export const dirigible: Dialect = {
  name: "dirigible",
  check: () => CONTRACT,
  program: (script) => new DirigibleProgram(script),
};

/** A folder exports nothing, so nothing can be wrong with that. */
const CONTRACT: Contract = { handlers: [], tickRate: null, scope: "route", threads: 1 };
