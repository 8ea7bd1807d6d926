// Base: the options that bound what waits for clients, and for scripts.
import type { HistoryRules } from "./boundary/rooms/history-rules.ts";
import { SLOW_POLICIES, type SlowPolicy } from "./boundary/flow/slow-policy.ts";
import { number, type NumberRule } from "./limits-config.ts";

/** How much may wait in each direction, and what becomes of the rest. */
export interface FlowConfig {
  /** Bytes that may wait for one client that reads slowly, behind the write that is under way; 64 KiB to 4 GiB. Default 1 MiB. */
  readonly unsentLimit: number;
  /** Bytes that may wait for all WebSocket clients, and for all HTTP clients, together: above it the slowest are cut; 1 MiB to 64 GiB. Default 128 MiB. */
  readonly unsentTotal: number;
  /** Milliseconds without progress until a client for which something waits is cut; 1,000 to 3,600,000. Default 30,000. */
  readonly unsentTimeout: number;
  /** Bytes of a script's HTTP response, or of messages to another server, that may be unsent; 64 KiB to 4 GiB. Default 16 MiB. */
  readonly unsentResponse: number;
  /** What becomes of messages beyond `unsentLimit`, where a route's script exports no `slow` of its own. Default `close`. */
  readonly slow: SlowPolicy;
  /** Events that may wait for one script before its clients' sockets are no longer read; 1 to 10,000,000. Default 10,000. */
  readonly waitingEvents: number;
  /** Bytes that may wait for one script before its clients' sockets are no longer read; 64 KiB to 4 GiB. Default 16 MiB. */
  readonly waitingBytes: number;
  /** HTTP requests without a complete response, more get 503; 1 to 10,000,000. Default 10,000. */
  readonly maxRequests: number;
  /** Bytes of HTTP bodies that have not arrived whole, more get 503; 1 MiB to 64 GiB. Default 64 MiB. */
  readonly bodyTotal: number;
  /** What becomes of a client's messages while too many of them wait: its socket is not read, they are dropped and counted, or its session is closed with 1008. Default `pause`. */
  readonly whenFull: WhenFull;
  /** Seconds for which a session of `parlor.v1` waits for a client that has lost its connection, where its script exports no `resume`; 0 to 86,400, where 0 ends it at once. Default 0. */
  readonly resume: number;
  /** Messages that are kept for such a session until its client has acknowledged them; 1 to 1,000,000. Default 1,000. */
  readonly resumeMessages: number;
  /** Bytes of these messages; 1 KiB to 1 GiB. Default 256 KiB. */
  readonly resumeBytes: number;
  /** Rooms that keep their messages for later members, by name or by a beginning as `"news/*"`; in place of what scripts say. Each has `size`, messages from 1 to 10,000, and `seconds` from 1 to 86,400. Default `{}`. */
  readonly history: HistoryRules;
  /** Bytes of the messages that all rooms keep, above it the oldest are dropped; 64 KiB to 64 GiB. Default 64 MiB. */
  readonly historyTotal: number;
  /** Sessions of `parlor.v1` that may wait for their clients, above it the one that has waited longest ends; 1 to 10,000,000. Default 100,000. */
  readonly maxAway: number;
  /** Requests of one client of `parlor.v1` without a reply, more close with 3903; 0 to 1,000,000, where 0 is without limit. Default 500. */
  readonly maxCalls: number;
}

/** What becomes of a client's messages while too many of them wait. */
export type WhenFull = "pause" | "drop" | "close";

/** The defaults of these options. */
export const flowDefaults: FlowConfig = {
  unsentLimit: 1_048_576,
  unsentTotal: 134_217_728,
  unsentTimeout: 30_000,
  unsentResponse: 16_777_216,
  slow: "close",
  waitingEvents: 10_000,
  waitingBytes: 16_777_216,
  maxRequests: 10_000,
  bodyTotal: 67_108_864,
  whenFull: "pause",
  resume: 0,
  resumeMessages: 1000,
  resumeBytes: 262_144,
  history: {},
  historyTotal: 67_108_864,
  maxAway: 100_000,
  maxCalls: 500,
};

const gibibyte = 1_073_741_824;
const hour = 3_600_000;

/** Their bounds and choices. */
export const flowRules: readonly (readonly [keyof FlowConfig, FlowRule])[] = [
  ["unsentLimit", number(65_536, 4 * gibibyte, "bytes")],
  ["unsentTotal", number(1_048_576, 64 * gibibyte, "bytes")],
  ["unsentTimeout", number(1000, hour, "milliseconds")],
  ["unsentResponse", number(65_536, 4 * gibibyte, "bytes")],
  ["slow", { kind: "choice", choices: SLOW_POLICIES }],
  ["waitingEvents", number(1, 10_000_000, "events")],
  ["waitingBytes", number(65_536, 4 * gibibyte, "bytes")],
  ["maxRequests", number(1, 10_000_000, "")],
  ["bodyTotal", number(1_048_576, 64 * gibibyte, "bytes")],
  ["resume", number(0, 86_400, "seconds")],
  ["resumeMessages", number(1, 1_000_000, "")],
  ["resumeBytes", number(1024, gibibyte, "bytes")],
  ["history", { kind: "history" }],
  ["historyTotal", number(65_536, 64 * gibibyte, "bytes")],
  ["maxAway", number(1, 10_000_000, "")],
  ["maxCalls", number(0, 1_000_000, "")],
  ["whenFull", { kind: "choice", choices: ["pause", "drop", "close"] }],
];

type FlowRule =
  | NumberRule
  | { readonly kind: "history" }
  | { readonly kind: "choice"; readonly choices: readonly string[] };
