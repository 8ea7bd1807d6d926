// CLI: a server's connection to the supervisor that has started it.

/** The supervisor of this process; null without one. `onGone` is called when it has ended, however that happened. */
export function connectToSupervisor(onGone: () => void): SupervisorLink | null {
  if (process.env["PARLOR_SUPERVISED"] !== "1") return null;
  // Scripts, and what they start, are not supervised.
  delete process.env["PARLOR_SUPERVISED"];
  process.once("disconnect", onGone);
  if (!process.connected) onGone();
  process.channel?.unref();
  return { serves: (grace) => void (process.connected && process.send?.({ grace } satisfies ServesMessage)) };
}

/** The way to a supervisor. */
export interface SupervisorLink {
  /** The server serves, and may take this long to stop, ms. */
  serves(grace: number): void;
}

/** What a server sends to its supervisor when it serves. */
export interface ServesMessage {
  /** How long it may take to stop, ms. */
  readonly grace: number;
}
