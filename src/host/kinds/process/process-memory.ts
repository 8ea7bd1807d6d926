// Host: the memory of a process, measured by its front.
import { readFileSync } from "node:fs";

/** In bytes; null where the machine does not report it: everywhere but on Linux. */
export function residentBytes(pid: number): number | null {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]);
    return Number.isFinite(pages) ? pages * PAGE : null;
  } catch {
    return null;
  }
}

/** The size of a page on Linux; nearly all of Node's platforms there have this one. */
const PAGE = 4096;
