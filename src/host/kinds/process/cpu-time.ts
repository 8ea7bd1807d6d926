// Host: reads the CPU time of a process host, on the server's side.
import { readFileSync } from "node:fs";

/** The CPU time of a process since its start, ms; null where the machine does not show it. */
export function cpuTimeOf(pid: number): number | null {
  try {
    return cpuTimeIn(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return null;
  }
}

/** The CPU time in the text of `/proc/PID/stat`, ms; null if it has none. */
export function cpuTimeIn(stat: string): number | null {
  // The name of the program comes first, in parentheses, and may hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 1).split(" ");
  const ticks = Number(fields[USER]) + Number(fields[SYSTEM]);
  return Number.isFinite(ticks) ? ticks * TICK : null;
}

/** The places of both times, counted from the name of the program. */
const USER = 12;
const SYSTEM = 13;

/** Linux counts them in hundredths of a second, whatever its own clock does, ms. */
const TICK = 10;
