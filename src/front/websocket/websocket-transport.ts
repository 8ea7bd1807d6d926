// Front: the WebSocket connections of all sessions: opening, receiving, signs of life, closing.
import type { Clock } from "../../boundary/clock.ts";
import type { Payload } from "../../boundary/payload.ts";
import { REFUSALS } from "../../boundary/errors/refusals.ts";
import type { Session } from "../directory/session.ts";
import type { TurnOutbox } from "../outbox/outbox.ts";
import { UpgradeHandshake, type Arrival, type Opening } from "./handshake.ts";
import { Heartbeat, type HeartbeatOptions } from "./heartbeat.ts";
import { PendingUpgrades } from "./pending-upgrades.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";
import type { SessionSocket, SocketWatcher } from "./session-socket.ts";
import { SocketServers } from "./socket-servers.ts";

/** Turns connections into sessions and reports what happens to them. It knows nothing of scripts. */
export class WebSocketTransport {
  /** Handshakes that wait for `accept` or `refuse`. */
  readonly upgrades: PendingUpgrades;
  readonly #clock: Clock;
  readonly #outbox: TurnOutbox;
  readonly #listener: TransportListener;
  readonly #servers: SocketServers;
  readonly #maxPayload: number;
  readonly #heartbeat: Heartbeat | null;
  readonly #sockets = new Map<Session, SessionSocket>();
  readonly #watcher: SocketWatcher;
  #isEnding = false;
  #onEmpty: (() => void) | null = null;

  constructor({ clock, outbox, listener }: TransportPorts, options: Partial<TransportOptions> = {}) {
    this.#clock = clock;
    this.#outbox = outbox;
    this.#listener = listener;
    const { maxPayload, heartbeat, handshakeTimeout, ...rest } = { ...TRANSPORT_DEFAULTS, ...options };
    this.#maxPayload = maxPayload;
    this.#servers = new SocketServers(rest);
    this.upgrades = new PendingUpgrades({ clock, outbox, handshakeTimeout, listener });
    this.#watcher = this.#createWatcher();
    this.#heartbeat = heartbeat && new Heartbeat(clock, heartbeat, this.#sockets);
  }

  /** Connections that are open or closing. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Takes over a connection that asks for an upgrade. Improper requests are refused without a session. */
  upgrade(arrival: Arrival, opening: Opening): void {
    if (this.#isEnding) return refuseUpgrade(arrival.socket, REFUSALS.SHUTTING_DOWN);
    const handshake = new UpgradeHandshake(arrival.socket, opening);
    this.#servers.upgrade(arrival, opening.maxPayload ?? this.#maxPayload, {
      onRequest: (proceed) => this.upgrades.start(handshake, proceed),
      onOpen: (socket, inflates) => this.#open(socket, inflates, handshake),
    });
  }

  /** The client's messages wait in the network until reading resumes. */
  pauseReading(session: Session): void {
    this.#sockets.get(session)?.hold("pressure");
  }

  resumeReading(session: Session): void {
    this.#sockets.get(session)?.release("pressure");
  }

  /** Closes all sessions and waits until their connections are gone; after `grace` ms the remaining ones are cut. */
  async shutdown(code: number, reason: string, grace: number): Promise<void> {
    this.#isEnding = true;
    this.upgrades.giveUpAll(REFUSALS.SHUTTING_DOWN);
    await this.#closeAll(code, reason);
    const isEmpty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    const timer = this.#clock.after(grace, this.#cutAll);
    if (this.#sockets.size > 0) await isEmpty;
    timer.cancel();
    this.#heartbeat?.stop();
  }

  #createWatcher(): SocketWatcher {
    const listener = this.#listener;
    return {
      onMessage: ({ session }, data, isBinary) =>
        listener.onMessage(session, isBinary ? new Uint8Array(data) : data.toString()),
      onPong: ({ session }) => listener.onPong(session),
      onPing: ({ session }) => listener.onPing(session),
      onDecided: ({ session }, code, reason) => listener.onClosed(session, code, reason),
      onGone: ({ session }) => this.#remove(session),
    };
  }

  #open(socket: SessionSocket, inflates: boolean, handshake: UpgradeHandshake): void {
    const { session, socket: rawSocket, opening } = handshake;
    if (session === null) return socket.terminate();
    handshake.isOpen = true;
    const watcher = this.#watcherFor(socket, opening);
    const wantsPings = opening.wantsPings === true;
    socket.settle({ session, rawSocket, inflates, watcher, wantsPings });
    this.#sockets.set(session, socket);
    this.#heartbeat?.start();
    this.#listener.onOpen(session);
    this.#outbox.attach(session, socket);
  }

  // Sessions without a rate share one watcher, so that nothing is asked per message.
  #watcherFor(socket: SessionSocket, { messageRate = 0 }: Opening): SocketWatcher {
    const watcher = this.#watcher;
    if (messageRate === 0) return watcher;
    const deliver = (data: Buffer, isBinary: boolean): void => watcher.onMessage(socket, data, isBinary);
    const limiter = new RateLimiter(this.#clock, messageRate, { socket, deliver });
    return {
      ...watcher,
      onMessage: (_socket, data, isBinary) => limiter.take(data, isBinary),
      onDecided: (_socket, code, reason) => {
        limiter.drain();
        watcher.onDecided(socket, code, reason);
      },
    };
  }

  #remove(session: Session): void {
    this.#sockets.delete(session);
    if (this.#sockets.size === 0) this.#onEmpty?.();
  }

  async #closeAll(code: number, reason: string): Promise<void> {
    let count = 0;
    for (const session of [...this.#sockets.keys()]) {
      this.#outbox.close(session, code, reason);
      if (++count % CLOSED_AT_ONCE !== 0) continue;
      this.#outbox.flush();
      await new Promise(setImmediate);
    }
    this.#outbox.flush();
  }

  readonly #cutAll = (): void => {
    for (const socket of this.#sockets.values()) socket.terminate();
  };
}

/** Is notified of what happens to sessions. */
export interface TransportListener {
  /** A decision is awaited: `accept` or `refuse` the session. */
  onUpgrade(session: Session): void;
  /** The 101 has been written; messages that were sent before, and the first that is received, follow. */
  onOpen(session: Session): void;
  onMessage(session: Session, data: Payload): void;
  onPong(session: Session): void;
  /** Only for sessions whose opening says `wantsPings`. */
  onPing(session: Session): void;
  /**
   * Once for each session that was started and not refused: at the close frame that arrives or leaves, or when the
   * connection is lost, before or after the 101. Messages may still follow if the close was ours.
   */
  onClosed(session: Session, code: number, reason: string): void;
}

/** What the transport works with. */
export interface TransportPorts {
  readonly clock: Clock;
  readonly outbox: TurnOutbox;
  readonly listener: TransportListener;
}

/** Bounds and choices of the transport; times in milliseconds. */
export interface TransportOptions {
  /** The largest message that is accepted, in bytes; 1009 above it. Default 1 MiB. */
  readonly maxPayload: number;
  /** For how long a decision about a handshake may take; 503 after it. Default 10 s. */
  readonly handshakeTimeout: number;
  /** For how long a peer may delay its part of a close. Default 10 s. */
  readonly closeTimeout: number;
  /** Null sends no pings. Default: a ping after 25 s of silence, a cut 20 s later. */
  readonly heartbeat: HeartbeatOptions | null;
  /** Whether compression is offered to clients. Default `false`. */
  readonly deflate: boolean;
}

/** The transport's own bounds. */
export const TRANSPORT_DEFAULTS: TransportOptions = {
  maxPayload: 1024 * 1024,
  handshakeTimeout: 10_000,
  closeTimeout: 10_000,
  heartbeat: { interval: 25_000, timeout: 20_000 },
  deflate: false,
};

/** How many sessions are closed in one turn of the event loop when the server shuts down. */
const CLOSED_AT_ONCE = 256;
