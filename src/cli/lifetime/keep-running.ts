// CLI: starts a server process again when it ends.
import type { ServerExit, ServerProcess } from "./server-process.ts";
import type { SupervisorSignals } from "./supervisor-signals.ts";

/** Starts a server, and starts it again when it ends, until a signal. Returns the exit code of the last process. */
export async function keepRunning({ signals, start, onRestart, isOneOfMany }: KeptServer): Promise<number> {
  let backoff = BACKOFF_MIN;
  for (let hasServed = false; !signals.isStopping;) {
    const started = performance.now();
    const server = start();
    const exit = await signals.follow(server);
    const lifetime = performance.now() - started;
    const serves = server.hasServed ?? lifetime >= STARTED;
    hasServed ||= serves;
    if (signals.isStopping && !serves && isBySignal(exit)) return 0;
    // A process that never served has printed why, and would only print it again.
    const mayRestart = isOneOfMany() || (hasServed && exit.code !== 0);
    if (signals.isStopping || !mayRestart) return exit.code ?? 1;
    backoff = lifetime >= STARTED ? BACKOFF_MIN : Math.min(BACKOFF_MAX, backoff * 2);
    onRestart(exit);
    await signals.pause(backoff);
  }
  return 0;
}

export interface KeptServer {
  readonly signals: SupervisorSignals;
  readonly start: () => ServerProcess;
  /** A server has ended, and is started again after a pause. */
  readonly onRestart: (exit: ServerExit) => void;
  /** Whether others go on serving: then it is started again even if it ended as intended, or has never served. */
  readonly isOneOfMany: () => boolean;
}

// A process that has just been started does not handle signals yet: the one that stops the supervisor ends it.
function isBySignal({ signal }: ServerExit): boolean {
  return signal === "SIGTERM" || signal === "SIGINT" || signal === "SIGHUP";
}

/** A server that has run this long has started successfully, in ms. */
const STARTED = 2000;
/** The pause before a restart, in ms; it doubles while starts fail. */
const BACKOFF_MIN = 50;
const BACKOFF_MAX = 1000;
