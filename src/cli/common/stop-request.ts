// CLI: turns the signals that ask a command to stop into a promise.

/** Listens for signals. The first requests a stop; a second one, after a moment, ends the process at once with 130. */
export function stopRequest(
  exit: (code: number) => void = (code) => process.exit(code),
  signals: readonly NodeJS.Signals[] = allSignals,
): StopRequest {
  const { promise, resolve } = withResolve();
  let first: number | null = null;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (first !== null && performance.now() - first > sameKeystroke) return exit(130);
    first ??= performance.now();
    resolve(signal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    requested: promise,
    dispose() {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

/** A person's or a process manager's request that a command stops. */
export interface StopRequest {
  /** Resolves at the first signal. */
  readonly requested: Promise<NodeJS.Signals>;
  /** Stops listening. */
  dispose(): void;
}

/** A terminal that is closed sends SIGHUP. */
const allSignals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** In milliseconds. Under `npm start`, one Ctrl-C arrives twice: from the terminal and from npm. */
const sameKeystroke = 250;

function withResolve(): { promise: Promise<NodeJS.Signals>; resolve: (signal: NodeJS.Signals) => void } {
  let resolve: (signal: NodeJS.Signals) => void = () => {};
  const promise = new Promise<NodeJS.Signals>((settle) => (resolve = settle));
  return { promise, resolve };
}
