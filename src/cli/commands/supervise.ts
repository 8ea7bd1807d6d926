// CLI: `parlor serve --supervise`, which keeps a server process running.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { inPackage } from "../common/package.ts";
import { NO_EARLY_SIGNALS, type EarlySignals } from "../lifetime/early-signals.ts";
import { keepRunning } from "../lifetime/keep-running.ts";
import type { ServerProcess } from "../lifetime/server-process.ts";
import type { ServesMessage, WantsMessage } from "../lifetime/supervised.ts";
import { SupervisorSignals } from "../lifetime/supervisor-signals.ts";
import { logEntry } from "../../log.ts";
import { serveFronts } from "./fronts.ts";
import type { ServeLog } from "../print/serve-log.ts";
import type { Terminal } from "../print/terminal.ts";

/**
 * Runs `parlor serve` in a process, or in several ones, and restarts it when it crashes. Returns the exit code of the last
 * process. `args`: the folder of the app, then options.
 */
export async function supervise(
  args: readonly string[],
  { terminal, log, early = NO_EARLY_SIGNALS, start = startServer, fronts = 1 }: SuperviseParts,
): Promise<number> {
  const signals = new SupervisorSignals(terminal.interactive, early);
  if (fronts > 1) return serveFronts(args, { count: fronts, signals, log });
  let server: ServerProcess | null = null;
  const code = await keepRunning({
    signals,
    start: () => (server = start(args)),
    onRestart: ({ signal, code }) =>
      logEntry(log.current, "PARLOR_SERVER_ENDED/one", { how: signal ?? `exit code ${code}` }),
    isOneOfMany: () => false,
  });
  const count = (server as ServerProcess | null)?.fronts ?? 1;
  return count > 1 && !signals.isStopping ? serveFronts(args, { count, signals, log }) : code;
}

export interface SuperviseParts {
  readonly terminal: Pick<Terminal, "interactive">;
  readonly log: Pick<ServeLog, "current">;
  readonly early?: EarlySignals;
  /** How many processes serve; 1, as by default: unless the app's settings ask for more. */
  readonly fronts?: number;
  /** Starts a server process. */
  readonly start?: (args: readonly string[]) => ServerProcess;
}

// The channel closes when the supervisor ends, however it ends: the server notices that, and stops.
function startServer(args: readonly string[]): ServerProcess {
  const command = [fileURLToPath(inPackage("bin/parlor.js")), "serve", ...args];
  const child = spawn(process.execPath, command, {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, PARLOR_SUPERVISED: "1" },
  });
  let serves: ServesMessage | null = null;
  let fronts = 1;
  child.on("message", (message: ServesMessage | WantsMessage) => {
    if ("fronts" in message) ({ fronts } = message);
    else serves = message;
  });
  return {
    ended: new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal }));
      child.once("error", () => resolve({ code: 1, signal: null }));
    }),
    get hasServed() {
      return serves !== null;
    },
    get fronts() {
      return fronts;
    },
    get grace() {
      return serves?.grace ?? 0;
    },
    kill: (signal) => void child.kill(signal),
  };
}
