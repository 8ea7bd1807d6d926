// Front: one outbound WebSocket connection.
import { WebSocket } from "ws";
import { messageOf } from "../../boundary/checks.ts";
import {
  ABNORMAL_CLOSURE,
  fitReason,
  GOING_AWAY,
  isSendableCode,
  NO_STATUS,
} from "../../boundary/errors/close-codes.ts";
import { sizeOf, type Payload } from "../../boundary/payload.ts";
import { InboundShare } from "../flow/inbound-share.ts";

/** Messages and a close may be sent before it is open: they wait for the opening. A close before `open` ends it. */
export class Connection {
  readonly #limits: ConnectionLimits;
  #listener: ConnectionListener | null;
  #socket: WebSocket | null = null;
  /** Its messages that wait for their host. */
  readonly inbound = new InboundShare(null);
  readonly #holds = new Set<"pressure" | "share">();
  #waiting: Payload[] = [];
  #waitingBytes = 0;
  #hasFailed = false;
  #closing: { readonly code: number; readonly reason: string } | null = null;

  constructor(limits: ConnectionLimits, listener: ConnectionListener) {
    this.#limits = limits;
    this.#listener = listener;
  }

  open(url: string): void {
    const { handshakeTimeout, maxPayload, closeTimeout } = this.#limits;
    try {
      const options = { handshakeTimeout, maxPayload, closeTimeout, perMessageDeflate: false };
      this.#socket = this.#watch(new WebSocket(url, options));
    } catch (error) {
      this.#fail(error);
      this.#end(ABNORMAL_CLOSURE, "");
    }
  }

  /** Returns whether the message was sent, or waits for the opening. */
  send(data: Payload): boolean {
    const socket = this.#socket;
    if (this.#closing !== null || this.#listener === null) return false;
    if (socket === null || socket.readyState === WebSocket.CONNECTING) return this.#wait(data);
    if (socket.readyState !== WebSocket.OPEN) return false;
    if (socket.bufferedAmount > this.#limits.unsentLimit) return this.#overflow("the peer does not read");
    socket.send(data);
    return true;
  }

  close(code: number, reason: string): void {
    const socket = this.#socket;
    if (this.#closing !== null) return;
    if (socket === null) return this.#end(code, reason);
    this.#closing = { code, reason };
    if (socket.readyState === WebSocket.OPEN) this.#sendClose(socket);
  }

  /** Ends the connection at once, as a fault. */
  cut(why: string): void {
    this.#fail(new Error(why));
    this.#waiting = [];
    if (this.#socket === null) this.#end(ABNORMAL_CLOSURE, "");
    else this.#socket.terminate();
  }

  /** Ends the connection; the listener is no longer notified. */
  leave(): void {
    this.#listener = null;
    const socket = this.#socket;
    if (socket === null) return;
    if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
    else this.close(GOING_AWAY, "");
  }

  /** Stops reading, until no reason to is left. */
  hold(why: "pressure" | "share", isHeld: boolean): void {
    if (isHeld) this.#holds.add(why);
    else this.#holds.delete(why);
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (this.#holds.size === 0) socket.resume();
    else socket.pause();
  }

  #watch(socket: WebSocket): WebSocket {
    socket.on("open", () => this.#opened(socket));
    socket.on("message", (data: Buffer, isBinary) => {
      this.#listener?.onMessage(isBinary ? new Uint8Array(data) : data.toString());
    });
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", (code, reason) => this.#end(code, reason.toString()));
    return socket;
  }

  #opened(socket: WebSocket): void {
    this.#listener?.onOpen();
    for (const data of this.#waiting.splice(0)) socket.send(data);
    if (this.#closing !== null) this.#sendClose(socket);
  }

  #wait(data: Payload): boolean {
    this.#waitingBytes += sizeOf(data);
    if (this.#waitingBytes > this.#limits.unsentLimit)
      return this.#overflow("the connection is not open yet");
    this.#waiting.push(data);
    return true;
  }

  #overflow(why: string): false {
    const { unsentLimit } = this.#limits;
    this.cut(`more than ${unsentLimit} bytes wait to be sent (${why}), so the connection is cut`);
    return false;
  }

  // A code that no close frame may carry is left out.
  #sendClose(socket: WebSocket): void {
    const { code, reason } = this.#closing ?? { code: NO_STATUS, reason: "" };
    if (!isSendableCode(code)) return socket.close();
    socket.close(code, fitReason(reason));
    if (socket.isPaused) socket.resume();
  }

  // Only the first error is reported: later ones follow from it.
  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#listener?.onError(messageOf(error));
  }

  #end(code: number, reason: string): void {
    const listener = this.#listener;
    this.#listener = null;
    this.#waiting = [];
    listener?.onClose(code, reason);
  }
}

/** Bounds of one connection. */
export interface ConnectionLimits {
  /** For how long the opening may take, in ms. */
  readonly handshakeTimeout: number;
  /** For how long the peer may delay its part of a close, in ms. */
  readonly closeTimeout: number;
  /** The largest message that is accepted, in bytes; 1009 above it. */
  readonly maxPayload: number;
  /** Bytes that may wait for the connection to open, or for its peer to read. */
  readonly unsentLimit: number;
}

/** Is notified of what happens to a connection. */
export interface ConnectionListener {
  onOpen(): void;
  onMessage(data: Payload): void;
  onError(message: string): void;
  /** Once, and last. */
  onClose(code: number, reason: string): void;
}
