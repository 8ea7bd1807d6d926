// Dialect: DieselEngine's API and Parlor's own, which adds to it and changes nothing.
import type { Dialect } from "../../host/api/dialect.ts";
import { checkContract, hintsOf } from "./contract.ts";
import { dieselProgram } from "./program.ts";

/** The default dialect: WebSocket routes, HTTP routes, cron files and tasks. */
export const diesel: Dialect = {
  name: "diesel",
  check: checkContract,
  hints: hintsOf,
  program: dieselProgram,
};
