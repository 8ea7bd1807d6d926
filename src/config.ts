// Base: the table of all options: type, bounds, default and check of each.
import { isRecord, withoutUndefined } from "./boundary/checks.ts";
import { nearest } from "./boundary/text/nearest.ts";
import { describe } from "./boundary/shape.ts";
import { DEFAULT_SESSION_LIMITS } from "./boundary/turn/session-limits.ts";
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

/** What a script may call in one event, timer or tick: sends, joins, writes and the like. */
export interface TurnLimitConfig {
  /** Number of calls; 1,000 to 100,000,000. Default 1,048,576. */
  readonly commands: number;
  /** Bytes of their messages, attributes and names; 64 KiB to 4 GiB. Default 64 MiB. */
  readonly bytes: number;
}

/** What a script may keep of one session: a call beyond it throws a RangeError. */
export interface SessionLimitsConfig {
  /** Rooms that a session is in at a time; 1 to 1,000,000. Default 1,000. */
  readonly rooms: number;
  /** Characters of a room's name; 1 to 1,048,576. Default 255. */
  readonly roomName: number;
  /** Attributes of a session; 1 to 1,000,000. Default 1,000. */
  readonly attributes: number;
  /** Bytes of all attributes of a session; 1 KiB to 1 GiB. Default 256 KiB. */
  readonly attributeBytes: number;
}

/** How much is logged. */
export type LogLevelName = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** Every setting of a server, with its value filled in. */
export interface ResolvedConfig {
  /** TCP port; 0 to 65,535, where 0 takes any that is free. Default 8080. */
  readonly port: number;
  /** Address to listen on; `0.0.0.0` for all of them. Default `127.0.0.1`. */
  readonly host: string;
  /** Connections that may be open, more are refused; 0 to 10,000,000, where 0 leaves a reserve of the open files that the system allows. Default 0. */
  readonly maxConnections: number;
  /** Bytes that a received message may hold, more closes with 1009; 1 to 1 GiB. Default 1 MiB. */
  readonly maxPayload: number;
  /** Milliseconds that a handshake may take; 100 to 3,600,000. Default 10,000. */
  readonly handshakeTimeout: number;
  /** Pings of silent connections; `false` turns them off. Default `{ interval: 25_000, timeout: 20_000 }`. */
  readonly heartbeat: HeartbeatConfig;
  /** Compression; `true` is `{ threshold: 1024 }`. Default `false`. */
  readonly deflate: false | DeflateConfig;
  /** Bytes that an HTTP request's body may hold, a larger one is refused with 413; 0 to 1 GiB. Default 1 MiB. */
  readonly bodyLimit: number;
  /** Unsent bytes over which a slow client is cut with 1013; 64 KiB to 4 GiB. Default 16 MiB. */
  readonly unsentLimit: number;
  /** Events that may wait for one script before its clients' sockets are no longer read; 1 to 10,000,000. Default 10,000. */
  readonly waitingEvents: number;
  /** Bytes that may wait for one script before its clients' sockets are no longer read; 64 KiB to 4 GiB. Default 16 MiB. */
  readonly waitingBytes: number;
  /** Milliseconds until an unsettled promise of a handler is given up; 1 to 86,400,000. Default 60,000. */
  readonly handlerTimeout: number;
  /** Milliseconds without progress until a script is stopped and restarted; 100 to 3,600,000. Default 5,000. */
  readonly hangLimit: number;
  /** What a script may call in one event, timer or tick; a call beyond it throws a RangeError. Default `{ commands: 1_048_576, bytes: 67_108_864 }`. */
  readonly turnLimit: TurnLimitConfig;
  /** What a script may keep of one session. Default `{ rooms: 1000, roomName: 255, attributes: 1000, attributeBytes: 262_144 }`. */
  readonly sessionLimits: SessionLimitsConfig;
  /** Bytes of the handshakes of a route's sessions, above which clients with more than 2 KiB of headers get 503; 64 KiB to 64 GiB. Default 128 MiB. */
  readonly handshakeBytes: number;
  /** Bytes of memory that a script may use before it is restarted; 64 MiB to 64 GiB. Default 512 MiB. */
  readonly memoryLimit: number;
  /** Threads that WebSocket routes without `threads`, `isolation` or `tickRate` share; 0 to 64, where 0 gives each route its own. Default 0. */
  readonly sharedThreads: number;
  /** Milliseconds without sessions until a thread without state ends; 0 to 86,400,000, where 0 is never. Default 60,000. */
  readonly idleThread: number;
  /** Milliseconds that scripts have for their `onClose` when the server stops; 0 to 3,600,000. Default 10,000. */
  readonly shutdownGrace: number;
  /** Origins whose pages may connect, as `https://example.org`; `null` for all. Default `null`. */
  readonly allowedOrigins: readonly string[] | null;
  /** Whether `X-Forwarded-For` of a proxy in front is believed. Default `false`. */
  readonly trustProxy: boolean;
  /** The least important lines that are logged. Default `info`. */
  readonly logLevel: LogLevelName;
}

/** The settings of a server. Each has a default. */
export interface ParlorConfig extends Partial<
  Omit<ResolvedConfig, "heartbeat" | "deflate" | "turnLimit" | "sessionLimits">
> {
  /** Pings of silent connections; `false` turns them off. Default `{ interval: 25_000, timeout: 20_000 }`. */
  readonly heartbeat?: false | Partial<HeartbeatConfig>;
  /** Compression; `true` is `{ threshold: 1024 }`. Default `false`. */
  readonly deflate?: boolean | Partial<DeflateConfig>;
  /** What a script may call in one event, timer or tick. Default `{ commands: 1_048_576, bytes: 67_108_864 }`. */
  readonly turnLimit?: Partial<TurnLimitConfig>;
  /** What a script may keep of one session. Default `{ rooms: 1000, roomName: 255, attributes: 1000, attributeBytes: 262_144 }`. */
  readonly sessionLimits?: Partial<SessionLimitsConfig>;
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
  maxPayload: 1_048_576,
  handshakeTimeout: 10_000,
  heartbeat: { interval: 25_000, timeout: 20_000 },
  deflate: false,
  bodyLimit: 1_048_576,
  unsentLimit: 16_777_216,
  waitingEvents: 10_000,
  waitingBytes: 16_777_216,
  handlerTimeout: 60_000,
  hangLimit: 5000,
  turnLimit: DEFAULT_TURN_LIMIT,
  sessionLimits: DEFAULT_SESSION_LIMITS,
  handshakeBytes: 134_217_728,
  memoryLimit: 536_870_912,
  sharedThreads: 0,
  idleThread: 60_000,
  shutdownGrace: 10_000,
  allowedOrigins: null,
  trustProxy: false,
  logLevel: "info",
};

type Rule =
  | { readonly kind: "number"; readonly least: number; readonly most: number; readonly unit: string }
  | { readonly kind: "boolean" | "text" | "origins" }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "group"; readonly rules: Rules; readonly shorthand: ReadonlyMap<unknown, unknown> };
type Rules = ReadonlyMap<string, Rule>;

const hour = 3_600_000;
const gibibyte = 1_073_741_824;
const number = (least: number, most: number, unit: string): Rule => ({ kind: "number", least, most, unit });

const heartbeatRules: Rules = new Map([
  ["interval", number(0, hour, "milliseconds")],
  ["timeout", number(1, hour, "milliseconds")],
]);
const deflateRules: Rules = new Map([["threshold", number(0, gibibyte, "bytes")]]);
const turnLimitRules: Rules = new Map([
  ["commands", number(1000, 100_000_000, "")],
  ["bytes", number(65_536, 4 * gibibyte, "bytes")],
]);
const sessionLimitsRules: Rules = new Map([
  ["rooms", number(1, 1_000_000, "")],
  ["roomName", number(1, 1_048_576, "characters")],
  ["attributes", number(1, 1_000_000, "")],
  ["attributeBytes", number(1024, gibibyte, "bytes")],
]);
const heartbeatOff: HeartbeatConfig = { ...defaults.heartbeat, interval: 0 };

const rules: Rules = new Map<keyof ResolvedConfig, Rule>([
  ["port", number(0, 65_535, "")],
  ["host", { kind: "text" }],
  ["maxConnections", number(0, 10_000_000, "")],
  ["maxPayload", number(1, gibibyte, "bytes")],
  ["handshakeTimeout", number(100, hour, "milliseconds")],
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
  ["unsentLimit", number(65_536, 4 * gibibyte, "bytes")],
  ["waitingEvents", number(1, 10_000_000, "events")],
  ["waitingBytes", number(65_536, 4 * gibibyte, "bytes")],
  ["handlerTimeout", number(1, 24 * hour, "milliseconds")],
  ["hangLimit", number(100, hour, "milliseconds")],
  ["turnLimit", { kind: "group", rules: turnLimitRules, shorthand: new Map() }],
  ["sessionLimits", { kind: "group", rules: sessionLimitsRules, shorthand: new Map() }],
  ["handshakeBytes", number(65_536, 64 * gibibyte, "bytes")],
  ["memoryLimit", number(67_108_864, 64 * gibibyte, "bytes")],
  ["sharedThreads", number(0, 64, "")],
  ["idleThread", number(0, 24 * hour, "milliseconds")],
  ["shutdownGrace", number(0, hour, "milliseconds")],
  ["allowedOrigins", { kind: "origins" }],
  ["trustProxy", { kind: "boolean" }],
  ["logLevel", { kind: "choice", choices: ["trace", "debug", "info", "warn", "error", "fatal", "silent"] }],
]);

/** Checks settings and fills in the defaults. */
export function checkConfig(value: unknown): { config: ResolvedConfig } | { problems: string[] } {
  if (value === undefined || value === null) {
    return { problems: ["exports no settings; write: export default defineConfig({ ... })"] };
  }
  const problems = checkGroup(value, rules, "");
  return problems.length > 0 ? { problems } : { config: filledIn(value) };
}

function checkGroup(value: unknown, known: Rules, group: string): string[] {
  if (!isRecord(value)) return [wrong(group === "" ? "the config" : group, "an object", value)];
  return Object.entries(value).flatMap(([name, option]) => {
    const rule = known.get(name);
    const path = group === "" ? name : `${group}.${name}`;
    if (rule === undefined) return [unknownOption(path, name, known)];
    // An undefined option counts as left out, so that `port: condition ? 1 : undefined` works.
    return option === undefined ? [] : checkOption(option, rule, path);
  });
}

function checkOption(value: unknown, rule: Rule, path: string): string[] {
  switch (rule.kind) {
    case "number":
      return checkNumber(value, rule, path);
    case "boolean":
      return typeof value === "boolean" ? [] : [wrong(path, "true or false", value)];
    case "text":
      return typeof value === "string" && value !== "" ? [] : [wrong(path, "a non-empty string", value)];
    case "choice":
      return checkChoice(value, rule.choices, path);
    case "origins":
      return checkOrigins(value, path);
    case "group":
      if (rule.shorthand.has(value)) return [];
      return isRecord(value) ? checkGroup(value, rule.rules, path) : [wrong(path, groupText(rule), value)];
  }
}

function checkNumber(value: unknown, rule: Rule & { kind: "number" }, path: string): string[] {
  const fits = Number.isInteger(value) && Number(value) >= rule.least && Number(value) <= rule.most;
  const unit = rule.unit === "" ? "" : `, in ${rule.unit}`;
  return fits ? [] : [wrong(path, `a whole number from ${rule.least} to ${rule.most}${unit}`, value)];
}

function checkChoice(value: unknown, choices: readonly string[], path: string): string[] {
  if (typeof value === "string" && choices.includes(value)) return [];
  const meant = typeof value === "string" ? nearest(value, choices) : null;
  return [
    `${wrong(path, `one of ${choices.join(", ")}`, value)}${meant === null ? "" : `; did you mean "${meant}"?`}`,
  ];
}

function checkOrigins(value: unknown, path: string): string[] {
  if (value === null) return [];
  if (!Array.isArray(value))
    return [wrong(path, 'null or a list of origins as "https://example.org"', value)];
  const bad: unknown = value.find((origin) => typeof origin !== "string" || !ORIGIN.test(origin));
  if (bad === undefined && !value.includes(undefined)) return [];
  return [wrong(path, 'origins as "https://example.org", without a path', bad)];
}

/** An origin as a browser sends it: scheme, host and port, without a path. */
const ORIGIN = /^(?:null|[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+)$/;

function unknownOption(path: string, name: string, known: Rules): string {
  const meant = nearest(name, known.keys());
  const better = meant === null ? `there are: ${[...known.keys()].join(", ")}` : `did you mean "${meant}"?`;
  return `there is no option "${path}"; ${better}`;
}

function groupText({ rules: inner, shorthand }: Rule & { kind: "group" }): string {
  return [...[...shorthand.keys()].map(String), `an object with ${[...inner.keys()].join(" and ")}`].join(
    ", ",
  );
}

function wrong(path: string, expected: string, got: unknown): string {
  return `${path} must be ${expected}; it is ${describe(got)}`;
}

function filledIn(value: unknown): ResolvedConfig {
  const { heartbeat, deflate, turnLimit, sessionLimits, ...plain } = withoutUndefined(value as ParlorConfig);
  return {
    ...defaults,
    ...(plain as Partial<ResolvedConfig>),
    heartbeat:
      heartbeat === false ? heartbeatOff : { ...defaults.heartbeat, ...withoutUndefined(heartbeat ?? {}) },
    turnLimit: { ...defaults.turnLimit, ...withoutUndefined(turnLimit ?? {}) },
    sessionLimits: { ...defaults.sessionLimits, ...withoutUndefined(sessionLimits ?? {}) },
    deflate:
      typeof deflate === "object"
        ? { threshold: 1024, ...withoutUndefined(deflate) }
        : deflate === true && { threshold: 1024 },
  };
}
