import { readFileSync, readdirSync } from "node:fs";

/** The ids of the processes of the bundler that this process has started. */
export function bundlers(): number[] {
  const threads = readdirSync("/proc/self/task");
  const lists = threads.map((thread) => readFileSync(`/proc/self/task/${thread}/children`, "utf8"));
  const children = lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
  return children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("esbuild"));
}
