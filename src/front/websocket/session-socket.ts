// Front: the WebSocket of one session.
import type { Socket } from "node:net";
import { WebSocket, type RawData } from "ws";
import { NO_STATUS } from "../../boundary/errors/close-codes.ts";
import type { Session } from "../directory/session.ts";
import type { CloseFrame } from "../outbox/close-frame.ts";
import type { Link } from "../outbox/session-queue.ts";

/**
 * A `ws` socket with its session. The one class of Parlor that extends another: `ws` emits "close" only when TCP is
 * gone, which a peer can put off as long as it likes; that the close is decided shows only in the call of `close`.
 */
export class SessionSocket extends WebSocket implements Link {
  /** For the heartbeat: bytes received at its last check, and checks since they changed. */
  bytesSeen = 0;
  silentChecks = 0;
  /** Pings and pongs in this second. */
  beats = 0;
  /** Whether it is closed for a frame that was too long. */
  isTooLong = false;
  #open: OpenSocket | null = null;
  #holds: readonly Hold[] = NONE;
  #isDecided = false;
  /** A close that waits for the messages before it. */
  #failure: CloseFrame | null = null;

  get session(): Session {
    return this.#state.session;
  }

  get rawSocket(): Socket {
    return this.#state.rawSocket;
  }

  /** Node's own measure of progress: what is left of the write that is under way. */
  get pendingBytes(): number {
    const { _handle: handle } = this.rawSocket as { _handle?: Handle | null };
    if (typeof handle?.writeQueueSize !== "number") return this.rawSocket.writableLength;
    // TLS frees a whole write at its end; the bytes that leave show in the TCP handle below it.
    return handle.writeQueueSize + (handle._parent?.writeQueueSize ?? 0);
  }

  get inflates(): boolean {
    return this.#state.inflates;
  }

  get wantsPings(): boolean {
    return this.#state.wantsPings;
  }

  /** The largest message that is accepted, in bytes. */
  get maxPayload(): number {
    return this.#state.maxPayload;
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
    this.on("ping", onPing);
    this.on("close", onClose);
    this.on("error", onError);
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
    if (this.#holds === NONE && this.#failure === null) this.resume();
  }

  /**
   * Closes for what its client has sent, behind the messages before that. Nothing more is read meanwhile. Returns false if
   * it closes already.
   */
  fail(code: number, reason: string): boolean {
    if (this.#failure !== null || this.#isDecided || this.readyState !== WebSocket.OPEN) return false;
    this.#failure = { code, reason };
    // `ws` goes on with what it has read.
    this.off("message", onMessage);
    process.nextTick(() => {
      // If nothing waits, the close has been sent, and its response must be read.
      if (this.readyState === WebSocket.OPEN) this.rawSocket.pause();
    });
    this.watcher.onFailed(this, this.#failure);
    return true;
  }

  /**
   * Also called by `ws` itself: after a close frame with a reason or without a code, and after invalid data with a code
   * only. Invalid data waits for the messages before it.
   */
  override close(code?: number, reason?: string | Buffer): void {
    const wasOpen = this.readyState === WebSocket.OPEN;
    if (wasOpen && code !== undefined && reason === undefined && !this.#isDecided)
      return void this.fail(code, "");
    super.close(code, reason);
    // The peer's part of the close is waited for, so it must be read.
    if (this.isPaused) this.resume();
    if (this.#failure !== null) this.rawSocket.resume();
    if (wasOpen) this.decide(code ?? NO_STATUS, reason?.toString() ?? "");
  }

  /** The close is certain: reported once. */
  decide(code: number, reason: string): void {
    if (this.#isDecided) return;
    this.#isDecided = true;
    const { code: known, reason: why } = this.#failure ?? { code, reason };
    this.watcher.onDecided(this, known, why);
  }

  /** The messages before the failure had their time. */
  failed({ code, reason }: CloseFrame): void {
    this.decide(code, reason);
    if (this.readyState === WebSocket.OPEN) this.close(code, reason);
  }

  get #state(): OpenSocket {
    if (this.#open === null) throw new Error("a socket was used before it was open");
    return this.#open;
  }
}

/** Node's handle of a connection; that of TLS has the one of TCP as its parent. */
interface Handle {
  readonly writeQueueSize?: number;
  readonly _parent?: Handle;
}

/** Is notified of what happens to sockets. */
export interface SocketWatcher {
  onMessage(socket: SessionSocket, data: Buffer, isBinary: boolean): void;
  onPong(socket: SessionSocket): void;
  onPing(socket: SessionSocket): void;
  /** `ws` has found what it does not accept, and closes: the code of its error. */
  onInvalid(socket: SessionSocket, error: string): void;
  /** It must be closed for what its client has sent. */
  onFailed(socket: SessionSocket, failure: CloseFrame): void;
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
  /** Whether the listener is notified of pings. */
  readonly wantsPings: boolean;
  /** The largest message that is accepted, in bytes. */
  readonly maxPayload: number;
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

// The client has broken the protocol or a limit; without a listener the error would end the process.
function onError(this: WebSocket, error: Error & { readonly code?: string }): void {
  const socket = this as SessionSocket;
  socket.watcher.onInvalid(socket, error.code ?? "");
}
