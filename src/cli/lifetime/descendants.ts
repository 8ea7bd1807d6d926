// CLI: ends the processes that this process, its threads and its children have started.
import { readdirSync, readFileSync } from "node:fs";

/** A thread that waits for a command ends with it. Processes of a session of their own are meant to stay. */
export function killDescendants(): void {
  for (const pid of descendantsOf(process.pid)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
}

function descendantsOf(pid: number): number[] {
  const session = sessionOf(process.pid);
  const own = childrenOf(pid).filter((child) => sessionOf(child) === session);
  return own.flatMap((child) => [child, ...descendantsOf(child)]);
}

// Nothing is found where Linux's /proc is missing.
function childrenOf(pid: number): number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const lists = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8"));
    return lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
  } catch {
    return [];
  }
}

function sessionOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // After the command, which may hold spaces: state, parent, group, session.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3] ?? null;
  } catch {
    return null;
  }
}
