import type { Program } from "../api/dialect.ts";
import type { HostSession } from "../api/host-session.ts";

/** Where a fault happened, for its log line. */
export interface FaultOrigin {
  readonly program: Program | null;
  readonly session: HostSession | null;
  readonly what: string;
  readonly kind: "handler" | "timer" | "rejection" | "interrupted";
}
