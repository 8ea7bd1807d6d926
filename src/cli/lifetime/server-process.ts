// CLI: a server process, as its supervisor sees it.

/** What a supervisor knows of the process. */
export interface ServerProcess {
  readonly ended: Promise<ServerExit>;
  readonly hasServed?: boolean;
  /** How many processes are to serve, if it has ended for that. */
  readonly fronts?: number;
  /** How long it may take to stop, ms; 0 until it serves. */
  readonly grace?: number;
  kill(signal: NodeJS.Signals): void;
}

/** How a server process ended. */
export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}
