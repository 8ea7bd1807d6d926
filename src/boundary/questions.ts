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
  /** `ws`: the subprotocols that the program speaks, the preferred one first; left out for none. */
  readonly protocols?: readonly string[];
}

/** Limits that a published API sets; those left out are the server's. */
export interface ProgramLimits {
  /** Bytes of a received message; 1009 above. */
  readonly maxPayload?: number;
  /** Bytes of one frame of a received message, 64 KiB or more; 1009 above. */
  readonly maxFrame?: number;
  /** Bytes of a request's body; 413 above. */
  readonly maxBody?: number;
  /** Messages per second of one session; 0 is without limit. */
  readonly messageRate?: number;
  /** Messages that may come at once, before the rate counts; by default those of one second. */
  readonly messageBurst?: number;
  /** What becomes of messages beyond the rate: they are read later, or close their session with 1008. Default `delay`. */
  readonly overRate?: "delay" | "close";
  /** Sessions of the program at a time; 503 above. */
  readonly maxSessions?: number;
  /** Sessions of one address; 429 above. */
  readonly maxPerAddress?: number;
  /** Whether `maxPerAddress` holds for loopback addresses, too. */
  readonly countsLoopback?: boolean;
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
  | {
      readonly kind: "unlisten";
      readonly script: ScriptKey;
      readonly listener: ListenerRef;
      /** Whether the clients' sockets stay until they end by themselves, so that last frames and responses arrive. */
      readonly keepsSockets?: boolean;
    };

export type Answer =
  { readonly ok: true; readonly port: number } | { readonly ok: false; readonly reason: string };
