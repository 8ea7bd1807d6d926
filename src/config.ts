// Base: the table of all options: type, bounds, default and check of each.
import { DEFAULT_ADMIN, tlsOf, type AdminConfig, type TlsConfig, type TlsOption } from "./port-config.ts";
import { withoutUndefined } from "./boundary/checks.ts";
import { flowDefaults, flowRules, type FlowConfig } from "./flow-config.ts";
import { clusterOf, type ClusterConfig, type ClusterOption } from "./cluster-config.ts";
import { LOG_DEFAULTS, LOG_FORMATS, LOG_LEVELS, type LogConfig } from "./log-settings.ts";
import { checkGroup, type Rule, type Rules } from "./option-checks.ts";
import { BOOLEAN, FOLDERS, HOSTS, ORIGINS, PROXIES } from "./option-lists.ts";
import {
  hostLimitsRules,
  number,
  routeLimitsRules,
  sessionLimitsRules,
  turnLimitRules,
  type HostLimitsConfig,
  type RouteLimitsConfig,
  type SessionLimitsConfig,
  type TurnLimitConfig,
} from "./limits-config.ts";
import { DEFAULT_HOST_LIMITS, DEFAULT_SESSION_LIMITS } from "./boundary/turn/session-limits.ts";
import { DEFAULT_ROUTE_LIMITS, OVER_RATE } from "./boundary/turn/route-limits.ts";
import { DEFAULT_TURN_LIMIT } from "./boundary/turn/turn-limit.ts";

/** How often a silent connection is pinged. */
export interface HeartbeatConfig {
  /** Milliseconds of silence before a ping; 0 to 3,600,000, where 0 turns the heartbeat off. Default 25,000. */
  readonly interval: number;
  /** Milliseconds to wait for a pong before the connection is cut; 1 to 3,600,000. Default 20,000. */
  readonly timeout: number;
}

/** Compression of messages (permessage-deflate). */
export interface DeflateConfig {
  /** Bytes from which on a message is compressed; 0 to 1 GiB. Default 1,024. */
  readonly threshold: number;
}

/** Every setting of a server, with its value filled in. */
export interface ResolvedConfig extends FlowConfig, LogConfig {
  /** TCP port; 0 to 65,535, where 0 takes any that is free. Default 8080. */
  readonly port: number;
  /** Address to listen on; `0.0.0.0` for all of them. Default `127.0.0.1`. */
  readonly host: string;
  /** Connections that may be open, more are refused; 0 to 10,000,000, where 0 leaves a reserve of the open files that the system allows. Default 0. */
  readonly maxConnections: number;
  /** Connections of one address, more are closed; 0 to 10,000,000, where 0 is without limit. Not counted behind a proxy (`trustProxy`). Default 0. */
  readonly maxConnectionsPerAddress: number;
  /** Handshakes that may wait for `onUpgrade`, more are refused with 503; 1 to 1,000,000. Default 4,096. */
  readonly maxHandshakes: number;
  /** Fragments that a received message may have, more close with 1008; 16 to 16,777,216. Default 4,096. */
  readonly maxFragments: number;
  /** Bytes that unfinished messages of all clients may take, above it those that take most are closed with 1008; 1 MiB to 64 GiB. Default 64 MiB. */
  readonly unfinishedBytes: number;
  /** Pings and pongs of one client in a second, more close with 1008; 0 to 1,000,000, where 0 is without limit. Default 100. */
  readonly maxPings: number;
  /** What the clients of a route may do, where its script exports no `limits`. Default `{ messageRate: 0, messageBurst: 0, overRate: "delay", maxSessions: 0, maxPerAddress: 0 }`. */
  readonly limits: RouteLimitsConfig;
  /** Bytes that a received message may hold, more closes with 1009; 1 to 1 GiB. Default 1 MiB. */
  readonly maxPayload: number;
  /** Milliseconds that a handshake may take; 100 to 3,600,000. Default 10,000. */
  readonly handshakeTimeout: number;
  /** Milliseconds for which an HTTP connection without a request stays open, longer than those of a proxy in front; 0 to 3,600,000, where 0 is for ever. Default 75,000. */
  readonly keepAliveTimeout: number;
  /** Milliseconds in which an HTTP request must arrive, its body included; 408 after it; 1,000 to 3,600,000, and never less than `handshakeTimeout`. Default 30,000. */
  readonly requestTimeout: number;
  /** Bytes that the request line and headers may have, more get 431; 4 KiB to 1 MiB. Default 16 KiB. */
  readonly maxHeaderSize: number;
  /** Connections that may wait to be accepted, within the system's own limit; 1 to 65,535. Default 4,096. */
  readonly backlog: number;
  /** Pings of silent connections; `false` turns them off. Default `{ interval: 25_000, timeout: 20_000 }`. */
  readonly heartbeat: HeartbeatConfig;
  /** Compression; `true` is `{ threshold: 1024 }`. Default `false`. */
  readonly deflate: false | DeflateConfig;
  /** Bytes that an HTTP request's body may hold, a larger one is refused with 413; 0 to 1 GiB. Default 1 MiB. */
  readonly bodyLimit: number;
  /** Milliseconds until an unsettled promise of a handler is given up; 1 to 86,400,000. Default 60,000. */
  readonly handlerTimeout: number;
  /** Milliseconds without progress until a script is stopped and restarted; 100 to 3,600,000. Default 5,000. */
  readonly hangLimit: number;
  /** What a script may call in one event, timer or tick; a call beyond it throws a RangeError. Default `{ commands: 1_048_576, bytes: 67_108_864 }`. */
  readonly turnLimit: TurnLimitConfig;
  /** What a script may keep of one session. Default `{ rooms: 128, roomName: 255, attributes: 1000, attributeName: 255, attributeBytes: 65_536, presenceBytes: 1024 }`. */
  readonly sessionLimits: SessionLimitsConfig;
  /** Bounds for the scripts of one thread or process together. Default `{ rooms: 100_000, attributeBytes: 67_108_864, presenceBytes: 67_108_864, clients: 1000 }`. */
  readonly hostLimits: HostLimitsConfig;
  /** Bytes of the handshakes of a route's sessions, above which clients with more than 2 KiB of headers get 503; 64 KiB to 64 GiB. Default 128 MiB. */
  readonly handshakeBytes: number;
  /** Bytes of memory that a script may use before it is restarted; 64 MiB to 64 GiB. Default 512 MiB. */
  readonly memoryLimit: number;
  /** Threads that WebSocket routes without `threads`, `isolation` or `tickRate` share; 0 to 64, where 0 gives each route its own. Default 0. */
  readonly sharedThreads: number;
  /** Milliseconds without sessions until a thread without state ends; 0 to 86,400,000, where 0 is never. Default 60,000. */
  readonly idleThread: number;
  /** Milliseconds that a stop may take, `drainTime`, `onClose` and `onStop` together; 0 to 3,600,000. Default 8,000. */
  readonly shutdownGrace: number;
  /** Milliseconds over which the sessions are closed when the server stops, at most three quarters of `shutdownGrace`; 0 to 3,600,000, where 0 is all at once. Default `null`, which is 5,000 under `parlor serve`, and else 0. */
  readonly drainTime: number | null;
  /** Origins whose pages may open a WebSocket, as `https://example.org`, beside pages of the same host; `"*"` for all. Default `[]`. */
  readonly allowedOrigins: "*" | readonly string[];
  /** Names by which requests may call the server, as `tea.example`, or `.tea.example` for all below; `"*"` for all. `localhost` and IP addresses are always allowed. An empty list is checked under `parlor dev` only. Default `[]`. */
  readonly allowedHosts: "*" | readonly string[];
  /** Who sees the paths below `/_parlor/`, beside requests from this machine. Default `{ host: "127.0.0.1", port: null, token: null }`. */
  readonly admin: AdminConfig;
  /** Folders outside of the app's own whose files scripts may read and write with their API: absolute, or relative to the app's folder. Default `[]`. */
  readonly allowedFolders: readonly string[];
  /** Whose `X-Forwarded-*` or `Forwarded` headers are believed: `true` for those of the nearest proxy, or a list of the proxies' addresses and networks, as `["10.0.0.0/8"]`. Default `false`. */
  readonly trustProxy: boolean | readonly string[];
  /** The cluster that the server joins; a URL stands for `{ url }`, and `null` for no cluster. Default `null`. */
  readonly cluster: ClusterConfig | null;
  /** Key and certificate of the port, which then speaks TLS only; `null` for a plain port. Default `null`. */
  readonly tls: TlsConfig | null;
  /** Server processes on one port, which `parlor serve` starts; 1 to 64. Default 1. */
  readonly fronts: number;
}

/** The settings of a server. Each has a default. */
export interface ParlorConfig extends Partial<
  Omit<
    ResolvedConfig,
    | "heartbeat"
    | "deflate"
    | "turnLimit"
    | "sessionLimits"
    | "hostLimits"
    | "limits"
    | "cluster"
    | "admin"
    | "tls"
  >
> {
  /** Who sees the paths below `/_parlor/`, beside requests from this machine. Default `{ host: "127.0.0.1", port: null, token: null }`. */
  readonly admin?: Partial<AdminConfig>;
  /** Pings of silent connections; `false` turns them off. Default `{ interval: 25_000, timeout: 20_000 }`. */
  readonly heartbeat?: false | Partial<HeartbeatConfig>;
  /** Compression; `true` is `{ threshold: 1024 }`. Default `false`. */
  readonly deflate?: boolean | Partial<DeflateConfig>;
  /** What a script may call in one event, timer or tick. Default `{ commands: 1_048_576, bytes: 67_108_864 }`. */
  readonly turnLimit?: Partial<TurnLimitConfig>;
  /** What a script may keep of one session. Default `{ rooms: 128, roomName: 255, attributes: 1000, attributeName: 255, attributeBytes: 65_536, presenceBytes: 1024 }`. */
  readonly sessionLimits?: Partial<SessionLimitsConfig>;
  /** What the clients of a route may do, where its script exports no `limits`. Default: no limits. */
  readonly limits?: Partial<RouteLimitsConfig>;
  /** Bounds for the scripts of one thread or process together. Default `{ rooms: 100_000, attributeBytes: 67_108_864, presenceBytes: 67_108_864, clients: 1000 }`. */
  readonly hostLimits?: Partial<HostLimitsConfig>;
  /** The cluster that the server joins; a URL stands for `{ url }`, and `null` for no cluster. Default `null`. */
  readonly cluster?: ClusterOption | null;
  /** Key and certificate of the port, which then speaks TLS only; `null` for a plain port. Default `null`. */
  readonly tls?: TlsOption | null;
}

/** Gives `parlor.config.ts` its types: `export default defineConfig({ port: 3000 })`. */
export function defineConfig(config: ParlorConfig): ParlorConfig {
  return config;
}

/** The default of each option. */
export const defaults: ResolvedConfig = {
  port: 8080,
  host: "127.0.0.1",
  maxConnections: 0,
  maxConnectionsPerAddress: 0,
  maxHandshakes: 4096,
  maxFragments: 4096,
  unfinishedBytes: 67_108_864,
  maxPings: 100,
  limits: DEFAULT_ROUTE_LIMITS,
  maxPayload: 1_048_576,
  handshakeTimeout: 10_000,
  keepAliveTimeout: 75_000,
  requestTimeout: 30_000,
  maxHeaderSize: 16_384,
  backlog: 4096,
  heartbeat: { interval: 25_000, timeout: 20_000 },
  deflate: false,
  bodyLimit: 1_048_576,
  ...flowDefaults,
  handlerTimeout: 60_000,
  hangLimit: 5000,
  turnLimit: DEFAULT_TURN_LIMIT,
  sessionLimits: DEFAULT_SESSION_LIMITS,
  hostLimits: DEFAULT_HOST_LIMITS,
  handshakeBytes: 134_217_728,
  memoryLimit: 536_870_912,
  sharedThreads: 0,
  idleThread: 60_000,
  shutdownGrace: 8000,
  drainTime: null,
  allowedOrigins: [],
  allowedHosts: [],
  admin: DEFAULT_ADMIN,
  allowedFolders: [],
  trustProxy: false,
  cluster: null,
  tls: null,
  fronts: 1,
  ...LOG_DEFAULTS,
};

const hour = 3_600_000;
const gibibyte = 1_073_741_824;

const heartbeatRules: Rules = new Map([
  ["interval", number(0, hour, "milliseconds")],
  ["timeout", number(1, hour, "milliseconds")],
]);
const deflateRules: Rules = new Map([["threshold", number(0, gibibyte, "bytes")]]);
const limitsRules: Rules = new Map<string, Rule>([
  ...routeLimitsRules,
  ["overRate", { kind: "choice", choices: OVER_RATE }],
]);
const adminRules: Rules = new Map<string, Rule>([
  ["host", { kind: "text" }],
  ["port", { kind: "optional", rule: number(0, 65_535, "") }],
  ["token", { kind: "optional", rule: { kind: "text" } }],
]);
const heartbeatOff: HeartbeatConfig = { ...defaults.heartbeat, interval: 0 };

const rules: Rules = new Map<keyof ResolvedConfig, Rule>([
  ["port", number(0, 65_535, "")],
  ["host", { kind: "text" }],
  ["maxConnections", number(0, 10_000_000, "")],
  ["maxConnectionsPerAddress", number(0, 10_000_000, "")],
  ["maxHandshakes", number(1, 1_000_000, "")],
  ["maxFragments", number(16, 16_777_216, "")],
  ["unfinishedBytes", number(1_048_576, 64 * gibibyte, "bytes")],
  ["maxPings", number(0, 1_000_000, "")],
  ["limits", { kind: "group", rules: limitsRules, shorthand: new Map() }],
  ["maxPayload", number(1, gibibyte, "bytes")],
  ["handshakeTimeout", number(100, hour, "milliseconds")],
  ["keepAliveTimeout", number(0, hour, "milliseconds")],
  ["requestTimeout", number(1000, hour, "milliseconds")],
  ["maxHeaderSize", number(4096, 1_048_576, "bytes")],
  ["backlog", number(1, 65_535, "connections")],
  ["heartbeat", { kind: "group", rules: heartbeatRules, shorthand: new Map([[false, heartbeatOff]]) }],
  [
    "deflate",
    {
      kind: "group",
      rules: deflateRules,
      shorthand: new Map<unknown, unknown>([
        [false, false],
        [true, {}],
      ]),
    },
  ],
  ["bodyLimit", number(0, gibibyte, "bytes")],
  ...flowRules,
  ["handlerTimeout", number(1, 24 * hour, "milliseconds")],
  ["hangLimit", number(100, hour, "milliseconds")],
  ["turnLimit", { kind: "group", rules: turnLimitRules, shorthand: new Map() }],
  ["sessionLimits", { kind: "group", rules: sessionLimitsRules, shorthand: new Map() }],
  ["hostLimits", { kind: "group", rules: hostLimitsRules, shorthand: new Map() }],
  ["handshakeBytes", number(65_536, 64 * gibibyte, "bytes")],
  ["memoryLimit", number(67_108_864, 64 * gibibyte, "bytes")],
  ["sharedThreads", number(0, 64, "")],
  ["idleThread", number(0, 24 * hour, "milliseconds")],
  ["shutdownGrace", number(0, hour, "milliseconds")],
  ["drainTime", { kind: "optional", rule: number(0, hour, "milliseconds") }],
  ["allowedOrigins", ORIGINS],
  ["allowedHosts", HOSTS],
  ["admin", { kind: "group", rules: adminRules, shorthand: new Map() }],
  ["allowedFolders", FOLDERS],
  ["trustProxy", PROXIES],
  ["cluster", { kind: "cluster" }],
  ["tls", { kind: "tls" }],
  ["fronts", number(1, 64, "")],
  ["logLevel", { kind: "choice", choices: LOG_LEVELS }],
  ["logFormat", { kind: "choice", choices: LOG_FORMATS }],
  ["accessLog", BOOLEAN],
]);

/** Checks settings and fills in the defaults. */
export function checkConfig(value: unknown): { config: ResolvedConfig } | { problems: string[] } {
  if (value === undefined || value === null) {
    return { problems: ["exports no settings; write: export default defineConfig({ ... })"] };
  }
  const problems = checkGroup(value, rules, "");
  return problems.length > 0 ? { problems } : { config: filledIn(value) };
}

function filledIn(value: unknown): ResolvedConfig {
  const groups = withoutUndefined(value as ParlorConfig);
  const { heartbeat, deflate, turnLimit, sessionLimits, hostLimits, limits, cluster, admin, tls, ...plain } =
    groups;
  return {
    ...defaults,
    ...(plain as Partial<ResolvedConfig>),
    heartbeat:
      heartbeat === false ? heartbeatOff : { ...defaults.heartbeat, ...withoutUndefined(heartbeat ?? {}) },
    turnLimit: { ...defaults.turnLimit, ...withoutUndefined(turnLimit ?? {}) },
    sessionLimits: { ...defaults.sessionLimits, ...withoutUndefined(sessionLimits ?? {}) },
    limits: { ...defaults.limits, ...withoutUndefined(limits ?? {}) },
    hostLimits: { ...defaults.hostLimits, ...withoutUndefined(hostLimits ?? {}) },
    admin: { ...DEFAULT_ADMIN, ...withoutUndefined(admin ?? {}) },
    cluster: clusterOf(cluster ?? null),
    tls: tlsOf(tls ?? null),
    deflate:
      typeof deflate === "object"
        ? { threshold: 1024, ...withoutUndefined(deflate) }
        : deflate === true && { threshold: 1024 },
  };
}
