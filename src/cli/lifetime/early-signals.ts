// CLI: the signals that came before a command listened for them.

/** Signals that `bin/parlor.js` keeps from its first line on. */
export interface EarlySignals {
  readonly received: readonly NodeJS.Signals[];
  /** Another listener is there: no more signals are kept. */
  release(): void;
}

/** No signals: for a command that is not started by `bin/parlor.js`. */
export const NO_EARLY_SIGNALS: EarlySignals = { received: [], release: () => undefined };
