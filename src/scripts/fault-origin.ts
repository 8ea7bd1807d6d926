import type { Program } from "../core/dialect.ts";
import type { HostSession } from "../core/host-session.ts";

/** Where a fault happened, for its log line. */
export interface FaultOrigin {
  readonly program: Program | null;
  readonly session: HostSession | null;
  readonly what: string;
  readonly kind: "handler" | "timer" | "rejection" | "interrupted";
}
