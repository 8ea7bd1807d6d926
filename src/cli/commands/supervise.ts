import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { inPackage } from "../package.ts";
import type { Terminal } from "../print/terminal.ts";

/** A server that has lived for so long has started well, ms. */
const STARTED = 2000;
const BACKOFF_MIN = 50;
const BACKOFF_MAX = 1000;

/** How a server process has ended. */
export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server process that runs. */
export interface ServerProcess {
  readonly ended: Promise<ServerExit>;
  kill(signal: NodeJS.Signals): void;
}

/** `parlor serve --supervise`: keeps a server process running, so that at the very worst everything is back at once. */
export async function supervise(
  args: readonly string[],
  terminal: Pick<Terminal, "err">,
  start: (args: readonly string[]) => ServerProcess = startServer,
): Promise<number> {
  const asked = { isStopping: false };
  let backoff = BACKOFF_MIN;
  for (let hasServed = false; ;) {
    const begun = performance.now();
    const exit = await watched(start(args), asked);
    const lived = performance.now() - begun;
    hasServed ||= lived >= STARTED;
    // What ends by itself is done; what never came to serve has said why, and would say it again.
    if (asked.isStopping || exit.code === 0 || !hasServed) return exit.code ?? 1;
    backoff = lived >= STARTED ? BACKOFF_MIN : Math.min(BACKOFF_MAX, backoff * 2);
    terminal.err(`parlor: the server ended (${exit.signal ?? `exit code ${exit.code}`}); it starts again`);
    await new Promise((resolve) => setTimeout(resolve, backoff));
  }
}

// A signal that asks the supervisor to end asks the server; one that asks for a reload is the server's alone.
async function watched(server: ServerProcess, asked: { isStopping: boolean }): Promise<ServerExit> {
  const stop = (signal: NodeJS.Signals): void => {
    asked.isStopping = true;
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
