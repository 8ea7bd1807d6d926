// Dialect: Eclipse Dirigible's API for WebSockets.
import type { Contract, Dialect } from "../../host/api/dialect.ts";
import { fileProblems } from "./modules/file-problems.ts";
import { DirigibleProgram } from "./program.ts";

/** The app's `dirigible/` folder is the registry, and all of it is one program. */
export const dirigible: Dialect = {
  name: "dirigible",
  check: () => CONTRACT,
  checkFiles: fileProblems,
  program: (script) => new DirigibleProgram(script),
};

/** A folder exports nothing, so there is nothing to check. */
const CONTRACT: Contract = { handlers: [], tickRate: null, scope: "route", threads: 1 };
