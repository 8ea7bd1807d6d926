// Front: how often a host has ended by a fault, by reason, and what the last end was.
import type { HostExit } from "../../boundary/host.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { HostReport } from "./host-report.ts";
import type { Verdict } from "./restart-policy.ts";

/** Counts since the host's place exists, whatever its version. */
export class RestartCounts {
  readonly byReason: Record<RestartReason, number> = { crash: 0, hang: 0, memory: 0 };
  /** The report of the last end; null before the first. */
  last: HostReport | null = null;
  /** When the host last started to fail, ms since 1970; 0 if it never has. */
  failingSince = 0;
  /** The last return to an earlier version; null if there was none. */
  rolledBack: RolledBack | null = null;

  get total(): number {
    const { crash, hang, memory } = this.byReason;
    return crash + hang + memory;
  }

  note(exit: HostExit, reason: "crash" | "hang"): void {
    this.byReason[exit.isOutOfMemory === true ? "memory" : reason] += 1;
  }

  /** Notes whether another version than `before` starts next. */
  returned(before: HostSpec, { kind, spec, report }: Verdict, since: number): void {
    if (kind === "restart" && spec !== before && report !== null) this.rolledBack = { spec, report, since };
  }
}

/** A version did not work, so that an earlier one serves again. */
export interface RolledBack {
  /** What serves since. */
  readonly spec: HostSpec;
  readonly report: HostReport;
  /** Ms since 1970. */
  readonly since: number;
}

/** Why a host is started again: it crashed, it hung, or its memory ran out. */
export type RestartReason = "crash" | "hang" | "memory";
