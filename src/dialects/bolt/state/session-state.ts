// Dialect: what a Bolt program keeps of a session.
import type { HostSession } from "../../../host/api/host-session.ts";

/** A session's state beside what the host keeps of it. */
export class BoltSessionState {
  /** Out of the client list and of all rooms, although its disconnect callback has not run yet. */
  isGone = false;
  /** Closed by the program: its messages, waiting ones included, no longer count. */
  isShut = false;

  /** The state of a session, made at the first use. */
  static of(session: HostSession): BoltSessionState {
    if (session.instance instanceof BoltSessionState) return session.instance;
    const state = new BoltSessionState();
    session.instance = state;
    return state;
  }
}
