import { createServer, type Server } from "node:http";
import { connect as connectSocket, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import type { Payload } from "../../src/boundary/payload.ts";
import { Room, type Session } from "../../src/front/directory/session.ts";
import type { OutboxOptions } from "../../src/front/outbox/outbox-options.ts";
import { TurnOutbox } from "../../src/front/outbox/outbox.ts";
import type { Opening } from "../../src/front/websocket/handshake.ts";
import type { TransportOptions } from "../../src/front/websocket/transport-options.ts";
import { WebSocketTransport } from "../../src/front/websocket/websocket-transport.ts";
import { connect, type Client, type ConnectOptions } from "./client.ts";
import { anySession } from "./any-session.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** A WebSocket transport behind a real HTTP server, with a listener that records each event of each session. */
export class TransportHarness {
  readonly clock = new VirtualClock();
  readonly route = new Room("/ws/chat");
  readonly outbox: TurnOutbox;
  readonly transport: WebSocketTransport;
  readonly http: Server = createServer();
  readonly sessions: Session[] = [];
  readonly events: string[] = [];
  readonly messages: Payload[] = [];
  /** The limits that clients have exceeded, each with its value. */
  readonly limits: string[] = [];
  /** Whether sessions wait for `accept` or `refuse`. */
  awaitsDecision = false;
  /** Other options of the next sessions' openings. */
  opening: Partial<Opening> = {};
  onMessage: (session: Session, data: Payload) => void = () => undefined;
  onOpen: (session: Session) => void = () => undefined;
  readonly #waiting: { readonly text: string; readonly resolve: () => void }[] = [];
  readonly #raw: Socket[] = [];
  readonly #accepted: Socket[] = [];

  constructor(options: Partial<TransportOptions> = {}, outbox: Partial<OutboxOptions> = {}) {
    this.outbox = new TurnOutbox(this.clock, outbox);
    const listener = {
      onUpgrade: (session: Session) => this.#record(session, "upgrade"),
      onOpen: (session: Session) => {
        session.state = "open";
        this.#record(session, "open");
        this.onOpen(session);
      },
      onMessage: (session: Session, data: Payload) => {
        this.messages.push(data);
        this.#record(session, `message ${data.length}`);
        this.onMessage(session, data);
      },
      onRefused: () => undefined,
      onPong: (session: Session) => this.#record(session, "pong"),
      onPing: (session: Session) => this.#record(session, "ping"),
      onLimit: (name: string, limit: number) => void this.limits.push(`${name} ${limit}`),
      onClosed: (session: Session, code: number, reason: string) => {
        session.state = "closed";
        this.route.members.delete(session);
        this.#record(session, `closed ${code} ${reason}`.trimEnd());
      },
    };
    this.transport = new WebSocketTransport({ clock: this.clock, outbox: this.outbox, listener }, options);
    this.http.on("connection", (socket) => this.#accepted.push(socket));
    this.http.on("upgrade", (request, socket, head) => {
      const start = () => this.#createSession();
      const arrival = { request, socket: socket as Socket, head };
      this.transport.upgrade(arrival, { start, awaitsDecision: this.awaitsDecision, ...this.opening });
    });
  }

  async start(): Promise<this> {
    this.http.listen(0);
    await once(this.http, "listening");
    return this;
  }

  get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  /** Of all connections. */
  get bytesRead(): number {
    return this.#accepted.reduce((sum, socket) => sum + socket.bytesRead, 0);
  }

  connect(options: ConnectOptions = {}): Client {
    return connect(`ws://127.0.0.1:${this.port}/ws/chat`, options);
  }

  /** A connected client and its session. */
  async connected(options: ConnectOptions = {}): Promise<[Client, Session]> {
    const client = this.connect(options);
    const number = this.sessions.length + 1;
    await client.opened;
    await this.seen(`${number} open`);
    return [client, this.sessions[number - 1]!];
  }

  /** A TCP socket that has sent these bytes: by default a valid handshake. */
  async dial(bytes: string | Buffer = this.handshake()): Promise<Socket> {
    const socket = connectSocket(this.port, "127.0.0.1");
    this.#raw.push(socket);
    socket.on("error", () => undefined);
    await once(socket, "connect");
    socket.write(bytes);
    return socket;
  }

  handshake(...headers: string[]): string {
    const lines = [
      "GET /ws/chat HTTP/1.1",
      "Host: localhost",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      ...headers,
    ];
    return `${lines.join("\r\n")}\r\n\r\n`;
  }

  /** Resolves when this event has come: the session's number and what happened, `2 message 5`. */
  seen(text: string): Promise<void> {
    if (this.events.includes(text)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ text, resolve }));
  }

  async stop(): Promise<void> {
    for (const socket of this.#raw) socket.destroy();
    const gone = this.transport.shutdown(1001, "", 0);
    await new Promise(setImmediate);
    this.clock.advance(1);
    await gone;
    this.http.close();
    this.http.closeAllConnections();
  }

  #createSession(): Session {
    const session = anySession(this.route, this.sessions.length + 1);
    this.sessions.push(session);
    return session;
  }

  #record(session: Session, what: string): void {
    const text = `${session.ref} ${what}`;
    this.events.push(text);
    for (const waiting of this.#waiting) if (waiting.text === text) waiting.resolve();
  }
}
