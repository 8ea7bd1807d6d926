// CLI: ends the process, whatever still runs in it.
import { spawn } from "node:child_process";
import { outputSettled } from "../../descriptor-writer.ts";
import { killDescendants } from "./descendants.ts";
import { armExitGuard } from "./exit-guard.ts";
import { LiveThreads } from "./live-threads.ts";

const threads = new LiveThreads();

/** When the process must have ended, in monotonic time, ms. */
let deadline = Infinity;

/** The process must end within this time, ms: a signal has asked for it. */
export function mustEndWithin(ms: number): void {
  deadline = performance.now() + ms;
  armExitGuard(ms);
}

/**
 * Ends the process with an exit code. Node waits for every thread, and a thread in a system call does not end: then the
 * process ends by the signal. `output`: how long the reader of the output may take, ms.
 */
export async function leave(code: number, { signal = "SIGTERM", output }: LeaveOptions): Promise<void> {
  if (output > 0) await outputSettled(output);
  const ms = Math.max(0, Math.min(deadline - performance.now(), LONGEST) - SIGNALS_END);
  armExitGuard(ms + SIGNALS_END);
  if (await canExit(performance.now() + ms)) process.exit(code);
  await endBy(signal);
}

/** How a process ends. */
export interface LeaveOptions {
  /** The signal by which the process ends when it cannot exit. Default: SIGTERM. */
  readonly signal?: NodeJS.Signals;
  readonly output: number;
}

/** How long threads may take to end, unless a signal leaves less time, ms. */
const LONGEST = 1500;
/** After this long, a thread that has not ended may wait for a command, ms. */
const COMMANDS_AFTER = 200;
/** After this long, a thread that reads files or resolves names may never end, ms. */
const POOL_AFTER = 50;
/** How long the end by signals may take, ms. */
const SIGNALS_END = 150;

async function canExit(end: number): Promise<boolean> {
  const left = (): number => Math.max(0, end - performance.now());
  if (!(await threads.end(Math.min(COMMANDS_AFTER, left())))) {
    killDescendants();
    if (!(await threads.end(left()))) return false;
  }
  if (!(await poolEnds(Math.min(left(), POOL_AFTER)))) killIfExitHangs(left());
  return true;
}

// Node also waits for the threads that read files and resolve names.
async function poolEnds(ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  do {
    // A request counts until the turn in which it is done is over.
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (!process.getActiveResourcesInfo().some((resource) => POOLED.test(resource))) return true;
  } while (performance.now() < end);
  return false;
}

const POOLED = /^(?:FSReq|GetAddrInfo|GetNameInfo)/;

// The requests may be harmless, as those of a server that starts. If they are not, Node waits for them after it has ended
// the guard, so only another process can end this one.
function killIfExitHangs(ms: number): void {
  const kill = spawn("/bin/sh", ["-c", `sleep ${(ms + SIGNALS_END) / 1000}; kill -9 ${process.pid}`], {
    detached: true,
    stdio: "ignore",
  });
  kill.on("error", () => undefined).unref();
}

// The first process of a container cannot kill itself by a signal, but it can abort.
async function endBy(signal: NodeJS.Signals): Promise<void> {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  await new Promise((resolve) => setTimeout(resolve, SIGNAL_ENDS));
  process.kill(process.pid, "SIGKILL");
  await new Promise((resolve) => setTimeout(resolve, SIGNAL_ENDS));
  process.abort();
}

/** Within this time a signal ends the process, ms. */
const SIGNAL_ENDS = 50;
