// Boundary: the state that one version of a script hands over to the next. Plain data.
import type { SessionRef } from "./refs.ts";
import type { ScriptKey } from "./script-key.ts";

/** All that a host hands over, beside the states of its sessions. */
export interface HandoverState {
  readonly scripts: readonly ScriptHandover[];
  /** Sessions with a pending handler: they stay with the old version until it has settled. */
  readonly draining: readonly SessionRef[];
}

/** What a host returns when it is asked to hand over: its state, or why it does not hand over, in one line. */
export type HandoverResult = { readonly state: HandoverState } | { readonly refusal: string };

/** The state of one session. */
export interface SessionHandover {
  readonly session: SessionRef;
  /** Live values of attributes that may have changed since they were set. */
  readonly attributes: readonly (readonly [string, unknown])[];
  /** The result of `saveState`; `undefined` when there is none. */
  readonly saved: unknown;
}

/**
 * The states of many sessions, as bytes: the front passes them on without reading them, so that ten thousand sessions
 * take a few milliseconds. Null where there are none.
 */
export interface PackedSessions {
  readonly saved: Uint8Array | null;
  readonly attributes: Uint8Array | null;
}

/**
 * The tick schedule of a real-time route, in the machine's monotonic time, ms. It counts no periods: the next version may
 * have another one.
 */
export interface TickSchedule {
  /** When the last tick was due; null while no tick is due, because the route has no session. */
  readonly due: number | null;
  readonly period: number;
  /** How many ticks there have been. */
  readonly index: number;
  /** When the last tick ran; null when none has run since the start. */
  readonly last: number | null;
}

/** The state of a script. */
export interface ScriptHandover {
  readonly script: ScriptKey;
  /** The result of the route's `saveState`; `undefined` when there is none. */
  readonly saved: unknown;
  readonly schedule: TickSchedule | null;
}
