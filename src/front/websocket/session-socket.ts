// Front: the WebSocket of one session.
import type { Socket } from "node:net";
import { WebSocket, type RawData } from "ws";
import { NO_STATUS } from "../../boundary/errors/close-codes.ts";
import type { Session } from "../directory/session.ts";
import type { Link } from "../outbox/session-queue.ts";

/**
 * A `ws` socket with its session. The one class of Parlor that extends another: `ws` emits "close" only when TCP is
 * gone, which a peer can put off as long as it likes; that the close is decided shows only in the call of `close`.
 */
export class SessionSocket extends WebSocket implements Link {
  /** For the heartbeat: bytes received at its last check, and checks since they changed. */
  bytesSeen = 0;
  silentChecks = 0;
  #open: OpenSocket | null = null;
  #holds: readonly Hold[] = NONE;
  #isDecided = false;

  get session(): Session {
    return this.#state.session;
  }

  get rawSocket(): Socket {
    return this.#state.rawSocket;
  }

  get inflates(): boolean {
    return this.#state.inflates;
  }

  get watcher(): SocketWatcher {
    return this.#state.watcher;
  }

  /** The 101 has been written: from here on the watcher is notified. */
  settle(open: OpenSocket): void {
    this.#open = open;
    this.bytesSeen = open.rawSocket.bytesRead;
    this.on("message", onMessage);
    this.on("pong", onPong);
    if (open.wantsPings === true) this.on("ping", onPing);
    this.on("close", onClose);
    // The close code says what went wrong; an error without a listener would end the process.
    this.on("error", ignore);
  }

  /** Stops reading until every reason to has been released. Messages that were read already are still delivered. */
  hold(why: Hold): void {
    if (this.readyState !== WebSocket.OPEN || this.#holds.includes(why)) return;
    this.#holds = [...this.#holds, why];
    this.pause();
  }

  release(why: Hold): void {
    if (!this.#holds.includes(why)) return;
    this.#holds = this.#holds.length === 1 ? NONE : this.#holds.filter((hold) => hold !== why);
    if (this.#holds === NONE) this.resume();
  }

  /** Also called by `ws` itself, after a close frame and after invalid data. */
  override close(code?: number, reason?: string | Buffer): void {
    const wasOpen = this.readyState === WebSocket.OPEN;
    super.close(code, reason);
    // The peer's part of the close is waited for, so it must be read.
    if (this.isPaused) this.resume();
    if (wasOpen) this.decide(code ?? NO_STATUS, reason?.toString() ?? "");
  }

  /** The close is certain: reported once. */
  decide(code: number, reason: string): void {
    if (this.#isDecided) return;
    this.#isDecided = true;
    this.watcher.onDecided(this, code, reason);
  }

  get #state(): OpenSocket {
    if (this.#open === null) throw new Error("a socket was used before it was open");
    return this.#open;
  }
}

/** Is notified of what happens to sockets. */
export interface SocketWatcher {
  onMessage(socket: SessionSocket, data: Buffer, isBinary: boolean): void;
  onPong(socket: SessionSocket): void;
  /** Only for sockets that were settled with `wantsPings`. */
  onPing(socket: SessionSocket): void;
  /** The socket will close, or the connection was lost: once. */
  onDecided(socket: SessionSocket, code: number, reason: string): void;
  /** The connection is gone: once, and last. */
  onGone(socket: SessionSocket): void;
}

/** What a socket has from the moment it is open. */
interface OpenSocket {
  readonly session: Session;
  readonly rawSocket: Socket;
  readonly inflates: boolean;
  readonly watcher: SocketWatcher;
  readonly wantsPings?: boolean;
}

/** Why a socket is not read: too many events wait for its host, or it exceeds its rate of messages. */
export type Hold = "pressure" | "rate";

const NONE: readonly Hold[] = Object.freeze([]);

// One function for all sockets: most sockets are idle, and closures would be most of the memory they hold.
function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  const socket = this as SessionSocket;
  socket.watcher.onMessage(socket, data as Buffer, isBinary);
}

function onPong(this: WebSocket): void {
  const socket = this as SessionSocket;
  socket.watcher.onPong(socket);
}

function onPing(this: WebSocket): void {
  const socket = this as SessionSocket;
  socket.watcher.onPing(socket);
}

function onClose(this: WebSocket, code: number, reason: Buffer): void {
  const socket = this as SessionSocket;
  socket.decide(code, reason.toString());
  socket.watcher.onGone(socket);
}

function ignore(): void {}
