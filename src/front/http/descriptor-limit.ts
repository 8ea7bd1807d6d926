// Front: how many descriptors this process may have.
import { readFileSync } from "node:fs";

/** The limit of the system (`ulimit -n`), which Node has raised as far as it may; null where it is not known. */
export function descriptorLimit(): number | null {
  try {
    const found = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    return found === null ? null : Number(found[1]);
  } catch {
    return null;
  }
}
