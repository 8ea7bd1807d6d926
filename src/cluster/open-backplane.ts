// Cluster: makes the backplane that a URL names. Its client is a package that only those install who want a cluster.
import type * as Nats from "@nats-io/transport-node";
import type * as Redis from "@redis/client";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ParlorError } from "../boundary/errors.ts";
import type { Clock } from "../boundary/clock.ts";
import type { Backplane } from "./backplane/backplane.ts";
import { NatsBackplane } from "./nats/nats-backplane.ts";
import { RedisBackplane } from "./redis/redis-backplane.ts";

/** @throws ParlorError `PARLOR_CLUSTER/package` if the client for this kind of server is not installed. */
export async function openBackplane(options: BackplaneOptions): Promise<Backplane> {
  const protocol = new URL(options.url).protocol;
  if (protocol === "redis:" || protocol === "rediss:") {
    const { createClient } = await load<typeof Redis>("@redis/client", options);
    return new RedisBackplane(createClient, options);
  }
  const { connect } = await load<typeof Nats>("@nats-io/transport-node", options);
  return new NatsBackplane(connect, options);
}

export interface BackplaneOptions {
  /** `redis:`, `rediss:`, `nats:` or `tls:`; the configuration has checked it. */
  readonly url: string;
  readonly prefix: string;
  readonly lease: number;
  readonly clock: Clock;
  /** The app's folder: its packages are looked for there, too. */
  readonly dir: string | null;
}

async function load<T>(name: string, { dir, url }: BackplaneOptions): Promise<T> {
  try {
    return (await import(name)) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
  }
  try {
    const file = createRequire(join(dir ?? process.cwd(), "package.json")).resolve(name);
    return (await import(pathToFileURL(file).href)) as T;
  } catch {
    throw new ParlorError("PARLOR_CLUSTER/package", { protocol: new URL(url).protocol, package: name });
  }
}
