// Dialect: what the published calls of one Bolt program work on.
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { CallContext } from "./call-context.ts";
import type { Settings } from "./settings.ts";
import type { ProgramClients } from "./program-clients.ts";
import type { ProgramRoutes } from "../routes/program-routes.ts";

/** The parts of a program that its published calls reach. */
export interface BoltContext {
  readonly script: ScriptContext;
  readonly routes: ProgramRoutes;
  readonly settings: Settings;
  readonly clients: ProgramClients;
  readonly call: CallContext;
  /** How many message events found the queue full. */
  readonly dropped: () => number;
}
