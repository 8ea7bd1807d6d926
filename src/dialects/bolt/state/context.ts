// Dialect: what the published calls of one Bolt program work on.
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { SseStreams } from "../sse/sse-streams.ts";
import type { CallContext } from "./call-context.ts";
import type { Settings } from "./settings.ts";
import type { ProgramClients } from "./program-clients.ts";
import type { GlobalMiddleware } from "../routes/global-middleware.ts";
import type { ProgramRoutes } from "../routes/program-routes.ts";

/** The parts of a program that its published calls reach. */
export interface BoltContext {
  readonly script: ScriptContext;
  readonly routes: ProgramRoutes;
  readonly middleware: GlobalMiddleware;
  readonly settings: Settings;
  readonly clients: ProgramClients;
  readonly call: CallContext;
  readonly streams: SseStreams;
  /** How many message events found the queue full. */
  readonly dropped: () => number;
}
