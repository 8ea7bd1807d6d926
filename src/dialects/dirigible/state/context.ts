// Dialect: what all executions of one Dirigible program share.
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { ClientRequest } from "../clients/client-arguments.ts";
import type { OutboundClient } from "../clients/outbound-client.ts";
import type { WebsocketClient } from "../clients/websocket-client.ts";
import type { ModuleRegistry } from "../registry/module-registry.ts";
import type { Configurations } from "./configurations.ts";
import type { LogLevels } from "./log-levels.ts";
import type { SharedValues } from "./shared-values.ts";

/** One per program. */
export interface DirigibleContext {
  readonly script: ScriptContext;
  readonly registry: ModuleRegistry;
  readonly sharedValues: SharedValues;
  readonly configurations: Configurations;
  readonly logLevels: LogLevels;
  readonly clients: ClientAccess;
}

/** The outbound clients of a program, as its modules reach them. */
export interface ClientAccess {
  /** Adds the new client to `created`, the clients of the current execution. */
  create(request: ClientRequest, created: OutboundClient[]): WebsocketClient;
  list(): ClientMetadata[];
  byId(id: string): WebsocketClient | null;
  byHandler(handler: string): WebsocketClient | null;
}

/** An entry of the published `getClients`: data, without methods. */
export interface ClientMetadata {
  readonly id: string;
  readonly uri: string;
  readonly handler: string;
  readonly engine: string;
}
