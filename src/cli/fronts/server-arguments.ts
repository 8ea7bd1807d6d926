// CLI: the arguments with which a parent starts its server processes.
import type { LogFormat } from "../print/serve-log.ts";

/** The arguments for options of `parlor serve`; the URL of a cluster goes by the environment. */
export function serverArguments({ port, host, key, cert, log, cluster }: PassedOptions): string[] {
  // All processes of the machine can read the arguments of a process, and the URL may hold a password.
  if (cluster !== undefined) process.env["PARLOR_CLUSTER"] = cluster;
  return Object.entries({ port, host, key, cert, log }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
}

/**
 * Takes the URL of the cluster, which may have a password, out of the environment that scripts and their processes get. It
 * is one of the options by now.
 */
export function hideCluster(): void {
  delete process.env["PARLOR_CLUSTER"];
}

interface PassedOptions {
  readonly port?: number;
  readonly host?: string;
  readonly key?: string;
  readonly cert?: string;
  readonly log?: LogFormat;
  readonly cluster?: string;
}
