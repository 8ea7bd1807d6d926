// Front: how often a host has ended by a fault, by reason, and what the last end was.
import type { HostExit } from "../../boundary/host.ts";
import type { HostReport } from "./host-report.ts";

/** Counts since the host's place exists, whatever its version. */
export class RestartCounts {
  readonly byReason: Record<RestartReason, number> = { crash: 0, hang: 0, memory: 0 };
  /** The report of the last end; null before the first. */
  last: HostReport | null = null;
  /** When the host last started to fail, ms since 1970; 0 if it never has. */
  failingSince = 0;

  get total(): number {
    const { crash, hang, memory } = this.byReason;
    return crash + hang + memory;
  }

  note(exit: HostExit, reason: "crash" | "hang"): void {
    this.byReason[exit.isOutOfMemory === true ? "memory" : reason] += 1;
  }
}

/** Why a host is started again: it crashed, it hung, or its memory ran out. */
export type RestartReason = "crash" | "hang" | "memory";
