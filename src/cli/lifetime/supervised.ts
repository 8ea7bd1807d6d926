// CLI: a server's connection to the supervisor that has started it.

/** The supervisor of this process; null without one. `onGone` is called when it has ended, however that happened. */
export function connectToSupervisor(onGone: () => void): SupervisorLink | null {
  if (process.env["PARLOR_SUPERVISED"] !== "1") return null;
  // Scripts, and what they start, are not supervised.
  delete process.env["PARLOR_SUPERVISED"];
  process.once("disconnect", onGone);
  if (!process.connected) onGone();
  process.channel?.unref();
  const send = (message: ServesMessage | WantsMessage): void =>
    void (process.connected && process.send?.(message));
  return { serves: (grace) => send({ grace }), wants: (fronts) => send({ fronts }) };
}

/** The way to a supervisor. */
export interface SupervisorLink {
  /** The server serves, and may take this long to stop, ms. */
  serves(grace: number): void;
  /** The app's settings ask for several processes: the server ends, and the supervisor starts them. */
  wants(fronts: number): void;
}

/** What a server sends to its supervisor when it serves. */
export interface ServesMessage {
  /** How long it may take to stop, ms. */
  readonly grace: number;
}

/** What a server sends to its supervisor instead, if several processes are to serve. */
export interface WantsMessage {
  readonly fronts: number;
}
