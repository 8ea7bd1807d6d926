import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Session } from "../directory/session.ts";
import type { Timer } from "../../boundary/clock.ts";

/** What `upgrade` of a `node:http` server hands over. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

/** What is to become of an arrival. */
export interface Opening {
  /** Makes the session, in state `connecting`. Called once, when the request has been found in order. */
  begin(): Session;
  /** Whether somebody decides later, by `accept` or `refuse`; otherwise it is accepted at once. */
  readonly awaitsDecision: boolean;
  /** The largest message that is accepted; left out, what the transport accepts. */
  readonly maxPayload?: number | undefined;
  /** Messages a second above which reading is delayed; 0 or left out for no bound. */
  readonly messageRate?: number | undefined;
  /** Whether the listener is told of pings. */
  readonly hearsPings?: boolean | undefined;
}

/** An arrival between its request and the 101. */
export class UpgradeHandshake {
  readonly socket: Socket;
  readonly opening: Opening;
  session: Session | null = null;
  /** Lets `ws` write the 101. */
  proceed: (() => void) | null = null;
  #onLeft: (() => void) | null = null;
  #timer: Timer | null = null;

  constructor(socket: Socket, opening: Opening) {
    this.socket = socket;
    this.opening = opening;
  }

  /** Until the decision: what happens when the client leaves, and what limits the time. */
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
