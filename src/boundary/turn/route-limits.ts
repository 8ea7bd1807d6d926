// Boundary: the limits that a script sets for the clients of its route, and the ranges that they may have.

/** For each client of a route, and for all of them together. */
export interface RouteLimits {
  /** Messages of a client in a second; 0 is without limit. */
  readonly messageRate: number;
  /** Messages that a client may send at once before the rate counts; 0 is those of one second. */
  readonly messageBurst: number;
  /** What becomes of messages beyond the rate: they are read later, or close their session with 1008. */
  readonly overRate: "delay" | "close";
  /** Sessions of the route; 503 above; 0 is without limit. */
  readonly maxSessions: number;
  /** Sessions of one address; 429 above; 0 is without limit. */
  readonly maxPerAddress: number;
}

/** None, as published. */
export const DEFAULT_ROUTE_LIMITS: RouteLimits = {
  messageRate: 0,
  messageBurst: 0,
  overRate: "delay",
  maxSessions: 0,
  maxPerAddress: 0,
};

/** What `limits` of a script may hold: those, and the size of a message. */
export type ScriptLimits = Partial<RouteLimits> & { readonly maxPayload?: number };

/** The least and the most of each number. */
export const ROUTE_LIMIT_RANGES = {
  messageRate: [0, 1_000_000],
  messageBurst: [0, 10_000_000],
  maxSessions: [0, 10_000_000],
  maxPerAddress: [0, 10_000_000],
} as const;

export const MAX_PAYLOAD_RANGE = [1, 1_073_741_824] as const;

export const OVER_RATE = ["delay", "close"] as const;
