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

/** The state of a session that leaves the previous host later than the others. */
export interface SessionHandover {
  readonly session: SessionRef;
  readonly packed: PackedSessions;
}

/**
 * State that one version leaves to the next, as bytes: the front passes them on without reading them, so that ten
 * thousand sessions take a few milliseconds, and a large state delays no other route. Null where there is none.
 */
export interface PackedSessions {
  /** A list of sessions, each followed by the result of its `saveState`. */
  readonly saved: Uint8Array | null;
  readonly attributes: PackedAttributes | null;
  /** A part of the state that all sessions of a script share: the parts together are the result of its `saveState`. */
  readonly shared?: { readonly script: ScriptKey; readonly bytes: Uint8Array };
}

/** Live values of attributes that may have changed since they were set: whose they are, and a list of them as bytes. */
export interface PackedAttributes {
  readonly sessions: readonly SessionRef[];
  readonly keys: readonly string[];
  readonly values: Uint8Array;
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

/** What a script hands over, beside the state that its sessions share. */
export interface ScriptHandover {
  readonly script: ScriptKey;
  readonly schedule: TickSchedule | null;
}
