// CLI: `parlor serve --supervise`, which keeps a server process running.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { inPackage } from "../common/package.ts";
import type { Terminal } from "../print/terminal.ts";

/** Runs `parlor serve` in a process and restarts it when it crashes. Returns the exit code of the last process. */
export async function supervise(
  args: readonly string[],
  terminal: Pick<Terminal, "err">,
  start: (args: readonly string[]) => ServerProcess = startServer,
): Promise<number> {
  const request = { isStopping: false };
  let backoff = BACKOFF_MIN;
  for (let hasServed = false; ;) {
    const started = performance.now();
    const exit = await watched(start(args), request);
    const lifetime = performance.now() - started;
    hasServed ||= lifetime >= STARTED;
    // Exit code 0 is intended. A process that never served has printed why, and would only print it again.
    if (request.isStopping || exit.code === 0 || !hasServed) return exit.code ?? 1;
    backoff = lifetime >= STARTED ? BACKOFF_MIN : Math.min(BACKOFF_MAX, backoff * 2);
    terminal.err(
      `parlor: the server process ended: ${exit.signal ?? `exit code ${exit.code}`}; restarting it`,
    );
    await new Promise((resolve) => setTimeout(resolve, backoff));
  }
}

/** How a server process ended. */
export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server process that runs. */
export interface ServerProcess {
  readonly ended: Promise<ServerExit>;
  kill(signal: NodeJS.Signals): void;
}

/** A server that has run this long has started successfully, in ms. */
const STARTED = 2000;
/** The pause before a restart, in ms; it doubles while starts fail. */
const BACKOFF_MIN = 50;
const BACKOFF_MAX = 1000;

// SIGINT and SIGTERM stop the server and the supervisor; SIGHUP asks only the server to reload.
async function watched(server: ServerProcess, request: { isStopping: boolean }): Promise<ServerExit> {
  const stop = (signal: NodeJS.Signals): void => {
    request.isStopping = true;
    server.kill(signal);
  };
  const reload = (): void => server.kill("SIGHUP");
  process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", reload);
  const exit = await server.ended;
  process.off("SIGINT", stop).off("SIGTERM", stop).off("SIGHUP", reload);
  return exit;
}

function startServer(args: readonly string[]): ServerProcess {
  const child = spawn(process.execPath, [fileURLToPath(inPackage("bin/parlor.js")), "serve", ...args], {
    stdio: "inherit",
  });
  return {
    ended: new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal }));
      child.once("error", () => resolve({ code: 1, signal: null }));
    }),
    kill: (signal) => void child.kill(signal),
  };
}
