// Front: the other server processes of this machine, as a front sees them that is asked for one of their sessions.
import type { PassedConnection } from "../http/passed-connection.ts";

/** Fronts on one port: a client that returns comes to any of them. */
export interface Neighbours {
  /** The life of this server, as the tokens of its sessions name it. */
  readonly boot: string;
  /** Whether another front has this life. */
  has(boot: string): boolean;
  /** Whether the connection of one more client may be passed on now. */
  mayPass(): boolean;
  /** Passes the connection of a client to the front that has its session. */
  pass(boot: string, connection: PassedConnection): void;
}
