import { readFileSync } from "node:fs";

/** Bytes of a page where Linux counts in pages; all of Node's platforms there but a few have this. */
const PAGE = 4096;

/** The memory that a process takes, in bytes; null where the machine does not say. */
export function residentBytes(pid: number): number | null {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]);
    return Number.isFinite(pages) ? pages * PAGE : null;
  } catch {
    return null;
  }
}
