import type { ScriptContext } from "../../host/api/dialect.ts";
import type { HostSession } from "../../host/api/host-session.ts";
import type { ClientRequest } from "./clients/client-arguments.ts";
import type { ExecutionContext } from "./modules/execution-context.ts";
import type { SharedValues } from "./modules/shared-values.ts";
import type { OutboundClient } from "./clients/outbound-client.ts";
import type { ModuleRegistry } from "./modules/module-registry.ts";
import type { WebsocketClient } from "./clients/websocket-client.ts";
import type { ModuleGlobals } from "./script-globals.ts";

/** What the published `getClients` tells of a client: data, nothing to call. */
export interface ClientMetadata {
  readonly id: string;
  readonly uri: string;
  readonly handler: string;
  readonly engine: string;
}

/** The outbound clients of a program, as its modules reach them. */
export interface ClientAccess {
  create(wish: ClientRequest, execution: Execution): WebsocketClient;
  list(): ClientMetadata[];
  byId(id: string): WebsocketClient | null;
  byHandler(handler: string): WebsocketClient | null;
}

/** What all executions of a program share. */
export interface DirigibleContext {
  readonly script: ScriptContext;
  readonly registry: ModuleRegistry;
  readonly sharedValues: SharedValues;
  readonly clients: ClientAccess;
}

/** One event, message or run: each has a fresh graph of modules. */
export interface Execution {
  readonly program: DirigibleContext;
  readonly globals: ModuleGlobals;
  readonly context: ExecutionContext;
  /** The connection whose message is executed (v2); null elsewhere. */
  readonly session: HostSession | null;
  /** The outbound clients that it has created. */
  readonly clients: OutboundClient[];
}
