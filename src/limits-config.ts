// Base: the groups of options that bound what scripts and their clients may do.
import { ROUTE_LIMIT_RANGES } from "./boundary/turn/route-limits.ts";

/** What a script may call in one event, timer or tick: sends, joins, writes and the like. */
export interface TurnLimitConfig {
  /** Number of calls; 1,000 to 100,000,000. Default 1,048,576. */
  readonly commands: number;
  /** Bytes of their messages, attributes and names; 64 KiB to 4 GiB. Default 64 MiB. */
  readonly bytes: number;
}

/** What a script may keep of one session: a call beyond it throws a RangeError. */
export interface SessionLimitsConfig {
  /** Rooms that a session is in at a time; 1 to 1,000,000. Default 128. */
  readonly rooms: number;
  /** Bytes of a room's name, in UTF-8; 1 to 1,048,576. Default 255. */
  readonly roomName: number;
  /** Attributes of a session; 1 to 1,000,000. Default 1,000. */
  readonly attributes: number;
  /** Bytes of an attribute's name, in UTF-8; 1 to 1,048,576. Default 255. */
  readonly attributeName: number;
  /** Bytes of all attributes of a session, names included; 1 KiB to 1 GiB. Default 64 KiB. */
  readonly attributeBytes: number;
  /** Bytes of what a session shows in one room by `presence` and `key`, as JSON; 64 to 65,536. Default 1,024. */
  readonly presenceBytes: number;
}

/** Bounds for the scripts of one thread or process together. */
export interface HostLimitsConfig {
  /** Rooms with a member among its sessions; 1 to 100,000,000. Sessions with fewer than 8 rooms may join up to twice as many. Default 100,000. */
  readonly rooms: number;
  /** Bytes of the attributes of all its sessions; 64 KiB to 64 GiB. Sessions with up to 2 KiB of them may set up to twice as much. Default 64 MiB. */
  readonly attributeBytes: number;
  /** Bytes of what all its sessions show in rooms by `presence` and `key`, as JSON; 64 KiB to 64 GiB. Sessions that show up to 2 KiB may show until there is twice as much. Default 64 MiB. */
  readonly presenceBytes: number;
  /** WebSocket connections to other servers that are not closed; 1 to 1,000,000. Default 1,000. */
  readonly clients: number;
}

/** What the clients of a route may do, where its script exports no `limits` of its own. */
export interface RouteLimitsConfig {
  /** Messages of a client in a second; 0 to 1,000,000, where 0 is without limit. Default 0. */
  readonly messageRate: number;
  /** Messages that a client may send at once before the rate counts; 0 to 10,000,000, where 0 is those of one second. Default 0. */
  readonly messageBurst: number;
  /** What becomes of messages beyond the rate: `delay` reads them later, `close` closes their session with 1008. Default `delay`. */
  readonly overRate: "delay" | "close";
  /** Sessions of a route, more are refused with 503; 0 to 10,000,000, where 0 is without limit. Default 0. */
  readonly maxSessions: number;
  /** Sessions of one address on a route, more are refused with 429; 0 to 10,000,000, where 0 is without limit. Default 0. */
  readonly maxPerAddress: number;
}

/** A whole number within bounds. */
export interface NumberRule {
  readonly kind: "number";
  readonly least: number;
  readonly most: number;
  readonly unit: string;
}

export type NumberRules = ReadonlyMap<string, NumberRule>;

export function number(least: number, most: number, unit: string): NumberRule {
  return { kind: "number", least, most, unit };
}

export const routeLimitsRules: NumberRules = new Map(
  Object.entries(ROUTE_LIMIT_RANGES).map(([name, [least, most]]) => [name, number(least, most, "")]),
);

const gibibyte = 1_073_741_824;

export const turnLimitRules: NumberRules = new Map([
  ["commands", number(1000, 100_000_000, "")],
  ["bytes", number(65_536, 4 * gibibyte, "bytes")],
]);
export const sessionLimitsRules: NumberRules = new Map([
  ["rooms", number(1, 1_000_000, "")],
  ["roomName", number(1, 1_048_576, "bytes")],
  ["attributes", number(1, 1_000_000, "")],
  ["attributeName", number(1, 1_048_576, "bytes")],
  ["attributeBytes", number(1024, gibibyte, "bytes")],
  ["presenceBytes", number(64, 65_536, "bytes")],
]);
export const hostLimitsRules: NumberRules = new Map([
  ["rooms", number(1, 100_000_000, "")],
  ["attributeBytes", number(65_536, 64 * gibibyte, "bytes")],
  ["presenceBytes", number(65_536, 64 * gibibyte, "bytes")],
  ["clients", number(1, 1_000_000, "")],
]);
