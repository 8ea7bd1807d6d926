// Client: one socket, from its handshake to its end.
import type { SocketLike } from "./surroundings.ts";

/** A socket that reports nothing once it is left or has ended. */
export class ClientConnection {
  readonly #socket: SocketLike;
  #on: ClientConnectionEvents | null;

  constructor(socket: SocketLike, on: ClientConnectionEvents) {
    this.#socket = socket;
    this.#on = on;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#on?.opened(socket.protocol);
    socket.onmessage = ({ data }: { data: unknown }) => this.#on?.received(data);
    // Each error is followed by a close.
    socket.onerror = () => undefined;
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => {
      const reported = this.#on;
      this.#on = null;
      reported?.ended(code, reason);
    };
  }

  /** Whether it takes what is sent: a socket that closes does not. */
  get isOpen(): boolean {
    return this.#socket.readyState === OPEN;
  }

  readonly send = (data: string | Uint8Array<ArrayBuffer>): void => {
    this.#socket.send(data);
  };

  /** Reports nothing from now on. */
  leave(): void {
    this.#on = null;
  }

  /**
   * Ends the connection without a close frame, which would end the session. Returns false where only a close frame can:
   * a browser sends what waits when the network is back, so it must not wait there.
   */
  cut(): boolean {
    this.leave();
    const socket = this.#socket;
    if (socket.readyState === CONNECTING) socket.close();
    else if (!("terminate" in socket)) return socket.readyState === CLOSED;
    else socket.terminate?.();
    return true;
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    this.leave();
  }
}

export interface ClientConnectionEvents {
  /** The handshake is done; `protocol` is what the server has chosen, or empty. */
  opened(protocol: string): void;
  received(data: unknown): void;
  ended(code: number, reason: string): void;
}

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;
