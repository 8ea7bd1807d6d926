// CLI: ends the process, whatever still runs in it.
import { outputSettled } from "../../descriptor-writer.ts";
import { killDescendants } from "./descendants.ts";
import { armExitGuard } from "./exit-guard.ts";
import { LiveThreads } from "./live-threads.ts";

const threads = new LiveThreads();

/**
 * Ends the process with an exit code. Node waits for every thread, and a thread in a system call does not end: then the
 * process ends by the signal. `output`: how long the reader of the output may take, ms.
 */
export async function leave(code: number, { signal = "SIGTERM", output }: LeaveOptions): Promise<void> {
  if (output > 0) await outputSettled(output);
  armExitGuard(LONGEST);
  if (await canExit()) process.exit(code);
  await endBy(signal);
}

/** How a process ends. */
export interface LeaveOptions {
  /** The signal by which the process ends when it cannot exit. Default: SIGTERM. */
  readonly signal?: NodeJS.Signals;
  readonly output: number;
}

/** The parts of an end, ms. */
const THREADS_END = 200;
const COMMANDS_END = 150;
const LONGEST = 600;

async function canExit(): Promise<boolean> {
  if (!(await threads.end(THREADS_END))) {
    killDescendants();
    if (!(await threads.end(COMMANDS_END))) return false;
  }
  // Node also waits for the threads that read files and resolve names.
  return !process.getActiveResourcesInfo().some((resource) => POOLED.test(resource));
}

const POOLED = /^(?:FSReq|GetAddrInfo|GetNameInfo)/;

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
