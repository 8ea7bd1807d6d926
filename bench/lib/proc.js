import { readFileSync } from "node:fs";

// USER_HZ is 100 on every Linux that Node supports.
const TICKS_PER_SECOND = 100;

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** User and system time of all threads of a process, or null where there is no /proc. */
export function processCpuSeconds(pid) {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name, in parentheses, may hold spaces; utime and stime are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory of a process in bytes, or null where there is no /proc. */
export function residentBytes(pid) {
  const status = read(`/proc/${pid}/status`);
  const match = status?.match(/^VmRSS:\s+(\d+) kB/m);
  return match ? Number(match[1]) * 1024 : null;
}

/** The time in which the machine's cores were busy, or null where there is no /proc. */
export function machineCpuSeconds() {
  const fields = read("/proc/stat")?.split("\n")[0].split(/\s+/).map(Number);
  if (!fields) return null;
  // Interrupts are in the time of the process that they hit as well, so they are counted here too.
  const [, user, nice, system, , , irq, softirq] = fields;
  return (user + nice + system + irq + softirq) / TICKS_PER_SECOND;
}
