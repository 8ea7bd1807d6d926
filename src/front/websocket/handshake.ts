// Front: a WebSocket handshake, from its request to the 101.
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { UpgradeAnswer } from "../../boundary/text/upgrade-answer.ts";
import type { Timer } from "../../boundary/clock.ts";
import type { Session } from "../directory/session.ts";
import type { Link } from "../outbox/session-queue.ts";

/** A handshake that has not been decided, or whose 101 has not been written. */
export class UpgradeHandshake {
  readonly socket: Socket;
  readonly opening: Opening;
  session: Session | null = null;
  /** What its 101 has beside its own headers. */
  answer: UpgradeAnswer = PLAIN_ANSWER;
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

const PLAIN_ANSWER: UpgradeAnswer = { protocol: null, headers: [] };

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
  /** The largest frame that is accepted, in bytes, 64 KiB or more; left out for no limit but that of the message. */
  readonly maxFrame?: number | undefined;
  /** Messages per second of the session; 0 or left out for no limit. */
  readonly messageRate?: number | undefined;
  /** Messages that may come at once; 0 or left out for those of one second. */
  readonly messageBurst?: number | undefined;
  /** Whether messages beyond the rate are read later, or close the session with 1008. Default `delay`. */
  readonly overRate?: "delay" | "close" | undefined;
  /** Whether the listener is notified of pings. Default `false`. */
  readonly wantsPings?: boolean | undefined;
  /** Whether the session was open before, and stays if this connection fails. Default `false`. */
  readonly isReturn?: boolean | undefined;
  /** Left out for clients that do not speak `parlor.v1`. */
  readonly line?: LineOpening | undefined;
}

/** What a transport does for a client of `parlor.v1`. */
export interface LineOpening {
  /** Called first when the 101 has been written. */
  onOpen(socket: Link, session: Session): void;
  /** Whether a frame does not count against the rate of messages. */
  isControl(data: Buffer, isBinary: boolean): boolean;
}
