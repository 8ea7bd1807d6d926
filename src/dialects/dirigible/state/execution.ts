// Dialect: one run of modules in a Dirigible registry: for an event, a message or a task.
import type { HostSession } from "../../../host/api/host-session.ts";
import type { OutboundClient } from "../clients/outbound-client.ts";
import type { DirigibleContext } from "./context.ts";
import type { ExecutionContext } from "./execution-context.ts";
import type { ModuleGlobals } from "../common/module-globals.ts";

/** Each execution evaluates its modules again: nothing of them survives into the next one. */
export interface Execution {
  readonly program: DirigibleContext;
  readonly globals: ModuleGlobals;
  readonly context: ExecutionContext;
  /** The connection whose message is executed (v2); null elsewhere. */
  readonly session: HostSession | null;
  /** The outbound clients that it has created. */
  readonly clients: OutboundClient[];
}

/** Makes a published module for one execution. */
export type MakeModule = (execution: Execution) => object;
