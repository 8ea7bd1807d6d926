// Base: the options of a cluster.
import { isRecord, withoutUndefined } from "./boundary/checks.ts";
import { unknownOption, wrong } from "./option-problems.ts";

/** How this server joins a cluster. */
export interface ClusterConfig {
  /** The server that joins the nodes: `redis://`, `rediss://` (Redis, Valkey), `nats://` or `tls://` (NATS). No default. */
  readonly url: string;
  /** The name of the cluster: servers with other names do not see each other; letters, digits, `-`, `_`. Default `parlor`. */
  readonly name: string;
  /** Milliseconds between two signs of life of a node; 50 to 60,000. Default 1,000. */
  readonly heartbeat: number;
  /** Milliseconds without a sign of life until a node counts as gone, at least two heartbeats; 100 to 600,000. Default 3,000. */
  readonly lease: number;
  /**
   * `sessions`: the other nodes know each session of this one. `counts`: they know only how many members its rooms and
   * routes have; for very large clusters. Default `sessions`.
   */
  readonly directory: "sessions" | "counts";
}

/** The cluster as a configuration names it: a URL stands for `{ url }`. */
export type ClusterOption = string | (Pick<ClusterConfig, "url"> & Partial<ClusterConfig>);

/** Fills in the defaults of an option that has no problems. */
export function clusterOf(option: ClusterOption | null): ClusterConfig | null {
  if (option === null) return null;
  const { url, ...rest } = typeof option === "string" ? { url: option } : option;
  return { ...CLUSTER_DEFAULTS, ...withoutUndefined(rest), url };
}

/** Returns what is wrong with the option. A URL stays out of the texts: it may hold a password. */
export function clusterProblems(value: unknown, path: string): string[] {
  if (value === null) return [];
  if (typeof value === "string") return urlProblems(value, path);
  if (!isRecord(value)) return [wrong(path, "null, a URL, or an object with url", value)];
  const { url, ...rest } = value;
  const problems = [
    ...urlProblems(url, `${path}.url`),
    ...Object.entries(withoutUndefined(rest)).flatMap(([name, each]) => problemsOf(name, each, path)),
  ];
  return problems.length > 0
    ? problems
    : leaseProblems({ ...CLUSTER_DEFAULTS, ...withoutUndefined(rest) }, path);
}

/** The server of a URL, without user and password. */
export function clusterServerOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function urlProblems(value: unknown, path: string): string[] {
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : null;
  if (url === null || !PROTOCOLS.includes(url.protocol) || url.hostname === "")
    return [`${path} must be a URL like "redis://127.0.0.1:6379" or "nats://127.0.0.1:4222"`];
  const isRedis = url.protocol.startsWith("redis");
  if (url.search !== "" || url.hash !== "")
    return [`${path} must have no "?" and no "#"; user and password go before the host, as in ${EXAMPLE}`];
  if (!(isRedis ? /^\/?\d*$/ : /^\/?$/).test(url.pathname))
    return [`${path} must end with the port${isRedis ? ", or with the number of a database" : ""}`];
  if (!isDecodable(url.username + url.password))
    return [`${path} has a "%" in user or password that is not followed by two digits; write it as "%25"`];
  return [];
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function problemsOf(name: string, value: unknown, path: string): string[] {
  if (name === "name")
    return typeof value === "string" && NAME.test(value)
      ? []
      : [wrong(`${path}.name`, 'up to 64 letters, digits, "-" and "_"', value)];
  if (name === "directory")
    return value === "sessions" || value === "counts"
      ? []
      : [wrong(`${path}.directory`, '"sessions" or "counts"', value)];
  const range = RANGES.get(name);
  if (range === undefined)
    return [unknownOption(`${path}.${name}`, name, ["url", "name", "directory", ...RANGES.keys()])];
  const fits = Number.isInteger(value) && Number(value) >= range[0] && Number(value) <= range[1];
  const text = `a whole number from ${range[0]} to ${range[1]}, in milliseconds`;
  return fits ? [] : [wrong(`${path}.${name}`, text, value)];
}

function leaseProblems(
  { heartbeat, lease }: Pick<ClusterConfig, "heartbeat" | "lease">,
  path: string,
): string[] {
  if (lease >= 2 * heartbeat) return [];
  return [`${path}.lease must be at least two heartbeats (${2 * heartbeat} ms); it is ${lease}`];
}

/** What an option that is left out is. */
export const CLUSTER_DEFAULTS: Omit<ClusterConfig, "url"> = {
  name: "parlor",
  heartbeat: 1000,
  lease: 3000,
  directory: "sessions",
};
const EXAMPLE = "redis://user:password@127.0.0.1:6379";
const PROTOCOLS: readonly string[] = ["redis:", "rediss:", "nats:", "tls:"];
const NAME = /^[\w-]{1,64}$/;
const RANGES: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["heartbeat", [50, 60_000]],
  ["lease", [100, 600_000]],
]);
