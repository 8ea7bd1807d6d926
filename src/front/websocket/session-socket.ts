import type { Socket } from "node:net";
import { WebSocket, type RawData } from "ws";
import { NO_STATUS } from "../../boundary/close-codes.ts";
import type { Session } from "../directory/session.ts";
import type { Link } from "../outbox/session-queue.ts";

/** Who is told what happens to a session's socket. */
export interface SocketWatcher {
  onMessage(socket: SessionSocket, data: Buffer, isBinary: boolean): void;
  onPong(socket: SessionSocket): void;
  /** Only for sockets that were settled as hearing pings. */
  onPing(socket: SessionSocket): void;
  /** It will close or has been lost: comes once. */
  onDecided(socket: SessionSocket, code: number, reason: string): void;
  /** It is gone: comes once, and last. */
  onGone(socket: SessionSocket): void;
}

/** What a socket has from the moment it is open. */
interface Place {
  readonly session: Session;
  readonly wire: Socket;
  readonly inflates: boolean;
  readonly watcher: SocketWatcher;
  readonly hearsPings?: boolean;
}

/** Why a socket is not read: too much waits for its script, or it brings more than it may in a second. */
export type Hold = "pressure" | "rate";

/**
 * A WebSocket of a session. It inherits because `ws` tells of a close only when TCP is gone, which a peer can put off
 * for as long as it likes; that the close is decided shows nowhere but in the call of this method.
 */
export class SessionSocket extends WebSocket implements Link {
  /** For the heartbeat: bytes received when it last looked, and how often it has looked since they changed. */
  bytesHeard = 0;
  silence = 0;
  #place: Place | null = null;
  #holds: readonly Hold[] = NONE;
  #isDecided = false;

  get session(): Session {
    return this.#at.session;
  }

  get rawSocket(): Socket {
    return this.#at.wire;
  }

  get inflates(): boolean {
    return this.#at.inflates;
  }

  /** From here on it tells its watcher what happens. */
  settle(place: Place): void {
    this.#place = place;
    this.bytesHeard = place.wire.bytesRead;
    this.on("message", tellMessage);
    this.on("pong", tellPong);
    if (place.hearsPings === true) this.on("ping", tellPing);
    this.on("close", tellGone);
    // What went wrong shows in the close code; without a listener it would end the process.
    this.on("error", ignore);
  }

  /** Stops reading until the last reason to has been released. What has been read already still comes. */
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

  /** Also called by `ws` itself: when a close frame has come, and when what came was wrong. */
  override close(code?: number, reason?: string | Buffer): void {
    const wasOpen = this.readyState === WebSocket.OPEN;
    super.close(code, reason);
    // The peer's part of the close is waited for, so it must be read.
    if (this.isPaused) this.resume();
    if (wasOpen) this.decide(code ?? NO_STATUS, reason?.toString() ?? "");
  }

  decide(code: number, reason: string): void {
    if (this.#isDecided) return;
    this.#isDecided = true;
    this.#at.watcher.onDecided(this, code, reason);
  }

  get watcher(): SocketWatcher {
    return this.#at.watcher;
  }

  get #at(): Place {
    if (this.#place === null) throw new Error("a socket was used before it was open");
    return this.#place;
  }
}

const NONE: readonly Hold[] = Object.freeze([]);

// One function for all sockets: most are idle, and closures of their own would be most of what they hold.
function tellMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  const socket = this as SessionSocket;
  socket.watcher.onMessage(socket, data as Buffer, isBinary);
}

function tellPong(this: WebSocket): void {
  const socket = this as SessionSocket;
  socket.watcher.onPong(socket);
}

function tellPing(this: WebSocket): void {
  const socket = this as SessionSocket;
  socket.watcher.onPing(socket);
}

function tellGone(this: WebSocket, code: number, reason: Buffer): void {
  const socket = this as SessionSocket;
  socket.decide(code, reason.toString());
  socket.watcher.onGone(socket);
}

function ignore(): void {}
