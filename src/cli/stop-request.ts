/** How a person or a supervisor of processes asks a command to end. */
export interface StopRequest {
  /** Settles at the first signal. */
  readonly requested: Promise<NodeJS.Signals>;
  /** Listens no longer. */
  dispose(): void;
}

/** A terminal that is closed says SIGHUP. */
const all: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Under `npm start` one Ctrl-C arrives twice, from the terminal and from npm: that is not impatience. */
const sameKeystroke = 250;

/** Listens for signals. The first asks; a second one, after a moment, ends the process at once with 130. */
export function stopRequest(
  exit: (code: number) => void = (code) => process.exit(code),
  signals: readonly NodeJS.Signals[] = all,
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

function withResolve(): { promise: Promise<NodeJS.Signals>; resolve: (signal: NodeJS.Signals) => void } {
  let resolve: (signal: NodeJS.Signals) => void = () => {};
  const promise = new Promise<NodeJS.Signals>((settle) => (resolve = settle));
  return { promise, resolve };
}
