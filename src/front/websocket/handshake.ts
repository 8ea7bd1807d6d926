// Front: a WebSocket handshake, from its request to the 101.
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Timer } from "../../boundary/clock.ts";
import type { Session } from "../directory/session.ts";

/** A handshake that has not been decided, or whose 101 has not been written. */
export class UpgradeHandshake {
  readonly socket: Socket;
  readonly opening: Opening;
  session: Session | null = null;
  /** Lets `ws` write the 101. */
  proceed: (() => void) | null = null;
  /** Whether the 101 has been written. */
  isOpen = false;
  #onLeft: (() => void) | null = null;
  #timer: Timer | null = null;

  constructor(socket: Socket, opening: Opening) {
    this.socket = socket;
    this.opening = opening;
  }

  /** Until the decision: `onLeft` is called when the client leaves, `timer` limits the time. */
  wait(onLeft: () => void, timer: Timer): void {
    this.#onLeft = onLeft;
    this.#timer = timer;
    this.socket.once("close", onLeft);
  }

  /** The decision has been made, or is no longer needed. */
  end(): void {
    this.#timer?.cancel();
    if (this.#onLeft !== null) this.socket.off("close", this.#onLeft);
  }
}

/** The arguments of the `upgrade` event of a `node:http` server. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

/** How a handshake is handled, and the session's own limits. */
export interface Opening {
  /** Makes the session, in state `connecting`. Called once, after the request was found to be in order. */
  start(): Session;
  /** Whether a script decides by `accept` or `refuse`; otherwise the handshake is accepted at once. */
  readonly awaitsDecision: boolean;
  /** The largest message that is accepted, in bytes; left out for the transport's. */
  readonly maxPayload?: number | undefined;
  /** Messages per second above which reading is delayed; 0 or left out for no limit. */
  readonly messageRate?: number | undefined;
  /** Whether the listener is notified of pings. Default `false`. */
  readonly wantsPings?: boolean | undefined;
}
