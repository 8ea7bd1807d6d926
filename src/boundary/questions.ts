// Boundary: what programs ask of the front: paths of the server's port, and ports of their own.
import type { ListenerRef } from "./refs.ts";
import type { ScriptKey } from "./script-key.ts";

/** A path on the server's own port that a program serves. */
export interface RouteClaim {
  readonly kind: "ws" | "http";
  /** As in file names turned routes: `/chat/:room`, `/files/**:rest`. */
  readonly pattern: string;
  /** `ws`: whether the program decides before the 101, by `accept` or `refuse`. */
  readonly awaitsDecision: boolean;
  /** `ws`: whether the program is notified of ping and pong frames. */
  readonly wantsPings: boolean;
  /** The program's own limits, where they differ from the server's. */
  readonly limits: ProgramLimits;
}

/** Limits that a published API sets; those left out are the server's. */
export interface ProgramLimits {
  /** Bytes of a received message; 1009 above. */
  readonly maxPayload?: number;
  /** Bytes of a request's body; 413 above. */
  readonly maxBody?: number;
  /** Messages per second of one session; above it, reading is delayed and nothing is dropped. 0 is without limit. */
  readonly messageRate?: number;
  /** Sessions of the program at a time; 503 above. */
  readonly maxSessions?: number;
  /** Sessions of one address, loopback aside; 429 above. */
  readonly maxPerAddress?: number;
  /** Whether a page of another host is refused with 403. */
  readonly sameOrigin?: boolean;
}

/** A question that a program waits on. The front never waits for scripts, so this cannot deadlock. */
export type Question =
  | {
      readonly kind: "listen";
      readonly script: ScriptKey;
      readonly listener: ListenerRef;
      /** 0 is any free port. */
      readonly port: number;
      /** An address; null is all of them. */
      readonly host: string | null;
      readonly limits: ProgramLimits;
    }
  | { readonly kind: "unlisten"; readonly script: ScriptKey; readonly listener: ListenerRef };

export type Answer =
  { readonly ok: true; readonly port: number } | { readonly ok: false; readonly reason: string };
