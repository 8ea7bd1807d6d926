import { spawn } from "node:child_process";
import { needs } from "../../support/require.ts";
import { holdsSoon } from "./moves.ts";

/** The paths of all files that a process tries to open meanwhile; null where strace is missing or may not look. */
export async function openedFiles(pid: number, act: () => Promise<void>): Promise<string[] | null> {
  const strace = needs("strace");
  if (strace.skip) return (await act(), null);
  const child = spawn(strace.path, ["-f", "-s", "4096", "-e", "trace=open,openat", "-p", String(pid)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let lines = "";
  let hasEnded = false;
  child.stderr.on("data", (chunk: Buffer) => (lines += chunk.toString()));
  child.once("close", () => (hasEnded = true));
  await holdsSoon(() => hasEnded || lines.includes("attached"));
  await act();
  const isAttached = !hasEnded;
  child.kill("SIGINT");
  await holdsSoon(() => hasEnded);
  return isAttached
    ? [...lines.matchAll(/open(?:at)?\((?:[^"]*)"([^"]*)"/g)].map(([, path]) => path ?? "")
    : null;
}
