import { WebSocket, type ClientOptions } from "ws";
import { PATIENCE_MS } from "./patience.ts";

/** The first frame of a connection. */
export interface LineWelcome {
  readonly session: string;
  readonly resumed: boolean;
  readonly reason: string | null;
  readonly token: string | null;
  readonly resume: number;
  readonly sent: number;
  readonly received: number;
  readonly heartbeat: number;
}

/** The place of a message in a room. */
export type RoomPlaceText = readonly [room: string, epoch: string, offset: number, isBytes?: number];

/**
 * A client of `parlor.v1`, as `docs/protocol.md` describes one. It keeps what the server has not acknowledged, and comes
 * back by `connect`.
 */
export class LineClient {
  readonly url: string;
  /** Messages of this session, in order; bytes as buffers. */
  messages: (string | Buffer)[] = [];
  /** Control frames, without the welcome. */
  readonly control: Record<string, unknown>[] = [];
  /** Envelopes. */
  readonly envelopes: Record<string, unknown>[] = [];
  /** The places of the messages that had one. */
  readonly places: RoomPlaceText[] = [];
  welcome: LineWelcome | null = null;
  token: string | null = null;
  /** Numbered frames that were received in this session. */
  received = 0;
  /** Sent and not acknowledged; the first has the number `acknowledged`. */
  unacknowledged: (string | Buffer)[] = [];
  acknowledged = 0;
  /** Whether the welcome is acknowledged by `ready`. */
  isReady = true;
  socket: WebSocket | null = null;
  closed: Promise<number> = Promise.resolve(0);
  readonly #options: ClientOptions;
  readonly #watchers = new Set<() => void>();

  constructor(url: string, options: ClientOptions = {}) {
    this.url = url;
    this.#options = options;
  }

  get resumeEntry(): string | null {
    return this.token === null ? null : `parlor.resume.${this.received}.${this.token}`;
  }

  /** Connects, and returns to the session if there is a token. Resolves with the welcome. */
  async connect(protocols?: readonly string[]): Promise<LineWelcome> {
    const entry = this.resumeEntry;
    const offered = protocols ?? ["parlor.v1", ...(entry === null ? [] : [entry])];
    const socket = new WebSocket(this.url, [...offered], { perMessageDeflate: false, ...this.#options });
    this.socket = socket;
    this.welcome = null;
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      if (this.socket !== socket) return;
      this.#take(data, isBinary);
      for (const look of this.#watchers) look();
    });
    socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => socket.on("close", (code: number) => resolve(code)));
    const lost = this.closed.then((code) => Promise.reject(new Error(`lost with ${code}`)));
    lost.catch(() => undefined);
    await Promise.race([this.until(() => this.socket === socket && this.welcome !== null), lost]);
    return this.welcome as unknown as LineWelcome;
  }

  send(data: string | Buffer): void {
    this.unacknowledged.push(data);
    this.#write(data);
  }

  sendControl(content: object): void {
    this.socket?.send(Buffer.concat([Buffer.from([1]), Buffer.from(JSON.stringify(content))]));
  }

  /** The connection is lost without a close frame. */
  cut(): void {
    const { socket } = this;
    this.socket = null;
    (socket as unknown as { _socket: { resetAndDestroy(): void } | null })._socket?.resetAndDestroy();
    socket?.terminate();
  }

  close(): void {
    this.socket?.close(1000);
  }

  until(holds: () => boolean, patience = PATIENCE_MS): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#watchers.delete(look);
        reject(new Error(`not within ${patience} ms; ${this.messages.length} messages`));
      }, patience);
      this.#watchers.add(look);
    });
  }

  #write(data: string | Buffer): void {
    if (this.socket?.readyState !== WebSocket.OPEN || this.welcome === null) return;
    this.socket.send(typeof data === "string" ? data : Buffer.concat([Buffer.from([0]), data]));
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (!isBinary) return this.#message(data.toString());
    if (data[0] === 0) return this.#message(data.subarray(1));
    if (data[0] === 3) return this.#placed(data);
    const content = JSON.parse(data.toString("utf8", 1)) as Record<string, unknown>;
    if (data[0] === 2) {
      this.received += 1;
      this.envelopes.push(content);
    } else if (content["type"] === "welcome") this.#begin(content as unknown as LineWelcome);
    else {
      this.control.push(content);
      if (content["type"] === "ack") this.#acknowledge(Number(content["received"]));
    }
  }

  #message(data: string | Buffer): void {
    this.received += 1;
    this.messages.push(data);
  }

  #placed(data: Buffer): void {
    const end = data.indexOf("\n");
    const place = JSON.parse(data.toString("utf8", 1, end)) as RoomPlaceText;
    this.places.push(place);
    this.#message(place[3] === 1 ? data.subarray(end + 1) : data.toString("utf8", end + 1));
  }

  #begin(welcome: LineWelcome): void {
    this.welcome = welcome;
    this.token = welcome.token;
    if (welcome.resumed) this.#acknowledge(welcome.received);
    else {
      this.received = 0;
      this.messages = [];
      this.acknowledged = 0;
      this.unacknowledged = [];
    }
    if (welcome.sent !== this.received) throw new Error(`sent is ${welcome.sent}, not ${this.received}`);
    if (this.isReady) this.sendControl({ type: "ready" });
    for (const data of this.unacknowledged) this.#write(data);
  }

  #acknowledge(received: number): void {
    this.unacknowledged.splice(0, received - this.acknowledged);
    this.acknowledged = received;
  }
}
