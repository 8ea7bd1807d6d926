import type { IncomingMessage } from "node:http";
import { WebSocketServer, type ServerOptions } from "ws";
import type { Payload } from "../../boundary/payload.ts";
import type { Session } from "../directory/session.ts";
import { UpgradeHandshake, type Arrival, type Opening } from "./handshake.ts";
import { Heartbeat, type HeartbeatOptions } from "./heartbeat.ts";
import type { TurnOutbox } from "../outbox/outbox.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";
import { SessionSocket, type SocketWatcher } from "./session-socket.ts";
import type { Clock } from "../../boundary/clock.ts";

/** What the transport tells of its sessions. */
export interface TransportListener {
  /** A decision is awaited: `accept` or `refuse` the session. */
  onUpgrade(session: Session): void;
  /** The 101 has been written; what was sent meanwhile and the first message follow. */
  onOpen(session: Session): void;
  onMessage(session: Session, data: Payload): void;
  onPong(session: Session): void;
  /** Only of sessions whose opening says that they hear pings. */
  onPing(session: Session): void;
  /**
   * Once for each session that began and was not refused: at the close frame that comes or goes, or when the
   * connection is lost, be it before the 101. Messages may still come after it if the close was ours.
   */
  onClosed(session: Session, code: number, reason: string): void;
}

/** What the transport needs. */
export interface TransportPorts {
  readonly clock: Clock;
  readonly outbox: TurnOutbox;
  readonly listener: TransportListener;
}

/** Bounds and choices of the transport; times in milliseconds. */
export interface TransportOptions {
  /** The largest message that is accepted, in bytes; 1009 above it. */
  readonly maxPayload: number;
  /** How long a decision about a handshake may take; 503 after it. */
  readonly handshakeTimeout: number;
  /** How long a peer may take over its part of a close. */
  readonly closeTimeout: number;
  /** Null asks nobody for signs of life. */
  readonly heartbeat: HeartbeatOptions | null;
  /** Whether compression is offered to clients. */
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

type SocketServer = InstanceType<typeof WebSocketServer<typeof SessionSocket>>;

const ABNORMAL = 1006;
// How many sessions are closed in one turn when the server ends.
const CLOSED_AT_ONCE = 256;

/** Handshakes, receiving, signs of life and closes of all sessions. It knows nothing of scripts. */
export class WebSocketTransport {
  readonly #clock: Clock;
  readonly #outbox: TurnOutbox;
  readonly #listener: TransportListener;
  readonly #options: TransportOptions;
  /** One for each bound of messages: `ws` knows one for all of a server's sockets. */
  readonly #servers = new Map<number, SocketServer>();
  readonly #heartbeat: Heartbeat | null;
  readonly #sockets = new Map<Session, SessionSocket>();
  readonly #arriving = new WeakMap<IncomingMessage, UpgradeHandshake>();
  readonly #undecided = new Map<Session, UpgradeHandshake>();
  readonly #watcher: SocketWatcher;
  #inflates = false;
  #isEnding = false;
  #onEmpty: (() => void) | null = null;

  constructor(ports: TransportPorts, options: Partial<TransportOptions> = {}) {
    this.#clock = ports.clock;
    this.#outbox = ports.outbox;
    this.#listener = ports.listener;
    this.#options = { ...TRANSPORT_DEFAULTS, ...options };
    this.#watcher = this.#createWatcher();
    const { heartbeat } = this.#options;
    this.#heartbeat =
      heartbeat === null ? null : new Heartbeat(this.#clock, heartbeat, () => this.#sockets.values());
  }

  /** Connections that are not gone yet. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Takes over a connection that asks for an upgrade. Improper requests are answered without a session. */
  upgrade(arrival: Arrival, opening: Opening): void {
    const { request, socket, head } = arrival;
    if (this.#isEnding) return refuseUpgrade(socket, 503, "the server is shutting down");
    const handshake = new UpgradeHandshake(socket, opening);
    this.#arriving.set(request, handshake);
    const server = this.#serverFor(opening.maxPayload ?? this.#options.maxPayload);
    server.handleUpgrade(request, socket, head, (opened) => this.#open(opened, handshake));
  }

  /** Decides for a session whose decision is awaited. Without effect if its client has left. */
  accept(session: Session): void {
    const handshake = this.#decide(session);
    if (handshake === null) return;
    handshake.proceed?.();
    // The client had left and nobody had noticed yet.
    if (!this.#sockets.has(session)) this.#lose(session, "");
  }

  /** Decides against a session: its client gets an HTTP response, and nobody is told of a close. */
  refuse(session: Session, status: number, reason: string): void {
    const handshake = this.#decide(session);
    if (handshake === null) return;
    this.#outbox.forget(session);
    refuseUpgrade(handshake.socket, status, reason);
  }

  /** What the client sends waits in the network until reading resumes. */
  pauseReading(session: Session): void {
    this.#sockets.get(session)?.hold("pressure");
  }

  resumeReading(session: Session): void {
    this.#sockets.get(session)?.release("pressure");
  }

  /** Closes all sessions and waits until they are gone; whoever is not after `grace` is cut. */
  async shutdown(code: number, reason: string, grace: number): Promise<void> {
    this.#isEnding = true;
    for (const session of [...this.#undecided.keys()]) this.#giveUp(session, "the server is shutting down");
    await this.#closeAll(code, reason);
    const isEmpty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    const timer = this.#clock.after(grace, () => this.#cutAll());
    if (this.#sockets.size > 0) await isEmpty;
    timer.cancel();
    this.#heartbeat?.stop();
  }

  #serverFor(maxPayload: number): SocketServer {
    let server = this.#servers.get(maxPayload);
    if (server === undefined) this.#servers.set(maxPayload, (server = this.#createServer(maxPayload)));
    return server;
  }

  #createServer(maxPayload: number): SocketServer {
    const { closeTimeout, deflate } = this.#options;
    // Pieces of 64 bytes are as small as an honest client's get; smaller ones cost more memory than they carry.
    const parts = Math.max(16_384, Math.ceil(maxPayload / 64));
    const options: ServerOptions<typeof SessionSocket> & { closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      WebSocket: SessionSocket,
      maxPayload,
      maxFragments: parts,
      maxBufferedChunks: parts,
      closeTimeout,
      perMessageDeflate: deflate && { serverNoContextTakeover: true, clientNoContextTakeover: true },
      verifyClient: (info, proceed) => this.#begin(info.req, () => proceed(true)),
    };
    const server = new WebSocketServer(options);
    // What was agreed on shows here only; the connection is handed over within the same call.
    if (deflate) server.on("headers", (lines) => void (this.#inflates = offersFullWindow(lines)));
    return server;
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

  // The request is in order.
  #begin(request: IncomingMessage, proceed: () => void): void {
    const handshake = this.#arriving.get(request);
    if (handshake === undefined) return;
    this.#arriving.delete(request);
    const session = handshake.opening.begin();
    handshake.session = session;
    handshake.proceed = proceed;
    this.#undecided.set(session, handshake);
    if (!handshake.opening.awaitsDecision) return this.accept(session);
    const timer = this.#clock.after(this.#options.handshakeTimeout, () => {
      this.#giveUp(session, "no decision in time");
    });
    handshake.wait(() => this.#leave(session), timer);
    this.#listener.onUpgrade(session);
  }

  #decide(session: Session): UpgradeHandshake | null {
    const handshake = this.#undecided.get(session);
    if (handshake === undefined) return null;
    this.#undecided.delete(session);
    handshake.end();
    return handshake;
  }

  #open(socket: SessionSocket, { session, socket: wire, opening }: UpgradeHandshake): void {
    if (session === null) return socket.terminate();
    const watcher = this.#watcherFor(socket, opening);
    const hearsPings = opening.hearsPings === true;
    socket.settle({ session, wire, inflates: this.#inflates, watcher, hearsPings });
    this.#sockets.set(session, socket);
    this.#heartbeat?.start();
    this.#listener.onOpen(session);
    this.#outbox.attach(session, socket);
  }

  // Only who has a rate is counted: all others share one watcher, and nothing is asked per message.
  #watcherFor(socket: SessionSocket, { messageRate = 0 }: Opening): SocketWatcher {
    const watcher = this.#watcher;
    if (messageRate === 0) return watcher;
    const deliver = (data: Buffer, isBinary: boolean): void => watcher.onMessage(socket, data, isBinary);
    const pace = new RateLimiter(this.#clock, messageRate, { socket, deliver });
    return {
      ...watcher,
      onMessage: (_socket, data, isBinary) => pace.take(data, isBinary),
      onDecided: (_socket, code, reason) => {
        pace.drain();
        watcher.onDecided(socket, code, reason);
      },
    };
  }

  #leave(session: Session): void {
    if (this.#decide(session) !== null) this.#lose(session, "");
  }

  #giveUp(session: Session, why: string): void {
    const handshake = this.#decide(session);
    if (handshake === null) return;
    refuseUpgrade(handshake.socket, 503, why);
    this.#lose(session, why);
  }

  #lose(session: Session, why: string): void {
    this.#outbox.forget(session);
    this.#listener.onClosed(session, ABNORMAL, why);
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

  #cutAll(): void {
    for (const socket of this.#sockets.values()) socket.terminate();
  }
}

// A message compressed with the full window cannot be read by a client that has agreed on a smaller one.
function offersFullWindow(lines: readonly string[]): boolean {
  const agreed = lines.find((line) => line.startsWith("Sec-WebSocket-Extensions: permessage-deflate"));
  if (agreed === undefined) return false;
  const bits = /server_max_window_bits=(\d+)/.exec(agreed)?.[1];
  return bits === undefined || bits === "15";
}
