/** What a version of a script leaves of one session to the next: plain data. */
export interface SessionHandover {
  /** Its `SessionRef`. */
  readonly session: number;
  /** Live values of attributes that may have changed since they were set. */
  readonly attributes: readonly (readonly [string, unknown])[];
  /** What `saveState` gave; `undefined` when nothing. */
  readonly saved: unknown;
}

/**
 * What a version leaves of many sessions, as bytes: the front hands on what scripts have saved without looking into it,
 * and ten thousand sessions cost a moment. Null where there is nothing.
 */
export interface PackedSessions {
  readonly saved: Uint8Array | null;
  readonly attributes: Uint8Array | null;
}

/** Where the ticks of a real-time route stand, in the machine's monotonic time, ms. */
export interface TickSchedule {
  readonly start: number;
  /** Which tick after the start is due next. */
  readonly due: number;
  readonly index: number;
  readonly last: number;
}

/** What a version of a script leaves of itself to the next. */
export interface ScriptHandover {
  readonly script: string;
  /** What the `saveState` of the route's one state gave; `undefined` when nothing. */
  readonly saved: unknown;
  readonly schedule: TickSchedule | null;
}

/** All that a host leaves to the one that takes its place. */
export interface HandoverState {
  readonly scripts: readonly ScriptHandover[];
  /** Sessions whose handler waits for a promise: they stay with the old version until it has settled. */
  readonly draining: readonly number[];
}

/** The answer to a host that is asked to give its place up: its legacy, or why it keeps the place, in one line. */
export type HandoverResult = { readonly legacy: HandoverState } | { readonly refusal: string };
