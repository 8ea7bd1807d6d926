// Client: the session as `parlor.v1` has it, which outlives its connections.
import { Calls, type PushEnvelope } from "./calls.ts";
import type { ClientEvents } from "./client-events.ts";
import type { ClientSettings } from "./connect-options.ts";
import type { Emitter } from "./emitter.ts";
import { FIRST, binaryFrame, jsonFrame, jsonOf, type Fields } from "./frames.ts";
import { Rooms } from "./rooms.ts";
import type { ClientConnection } from "./client-connection.ts";
import { Receipts } from "./receipts.ts";
import { SendQueue, type Outgoing } from "./send-queue.ts";
import { SilenceWatch } from "./silence-watch.ts";

/** Numbers, confirms and repeats; a plain route gets the messages, and nothing else. */
export class Conversation {
  readonly #settings: ClientSettings;
  readonly #events: Emitter<ClientEvents>;
  readonly #receipts: Receipts;
  readonly #silence: SilenceWatch;
  readonly calls: Calls;
  readonly queue = new SendQueue();
  readonly rooms = new Rooms();
  /** What the last welcome said. */
  readonly info: SessionInfo = { session: null, resumed: false, reason: null, token: null };
  /** The connection that is open; null while there is none. */
  #connection: ClientConnection | null = null;
  /** `plain`: the connection carries messages only. `closed`: the end. */
  #mode: "numbered" | "plain" | "closed" = "numbered";
  #isFull = false;

  constructor(settings: ClientSettings, events: Emitter<ClientEvents>, lost: () => void) {
    const { clock } = settings;
    this.#settings = settings;
    this.#events = events;
    this.calls = new Calls(clock, this.#push);
    this.#receipts = new Receipts(clock, (received) => {
      if (this.#resumes) this.#control({ type: "ack", received });
    });
    this.#silence = new SilenceWatch(clock, { ping: () => this.#control({ type: "ping" }), lost });
  }

  /** Whether the server keeps the session when the connection is lost, so that both sides confirm. */
  get #resumes(): boolean {
    return this.info.token !== null;
  }

  /** The entries of the subprotocol list that speak for this session. */
  offer(): string[] {
    const { token } = this.info;
    const resume = token === null ? [] : [`parlor.resume.${this.#receipts.received}.${token}`];
    return [PROTOCOL, ...resume, ...this.rooms.offer()];
  }

  /** The connection is open, and its route is plain. */
  openPlain(connection: ClientConnection): void {
    this.#mode = "plain";
    this.#connection = connection;
    this.#flush();
    this.calls.restart("plain");
  }

  /** The first frame of a connection. Returns how many messages are lost with the previous session; throws if it is not a welcome. */
  welcome(connection: ClientConnection, data: unknown): number {
    const frame = bytesOf(data);
    const { type, session, resumed, reason, token, sent, received, heartbeat } = jsonOf(frame);
    if (frame[0] !== FIRST.control || type !== "welcome") throw new Error("the first frame is not a welcome");
    Object.assign(this.info, { session, resumed, reason, token });
    const lost = resumed === true ? this.#resume(sent, received) : this.#restart(sent, received);
    this.#connection = connection;
    this.#silence.start(heartbeat as number);
    this.#control({ type: "ready" });
    this.#flush();
    return lost;
  }

  /** A later frame. Throws if the server breaks the protocol. */
  receive(data: unknown): void {
    this.#silence.heard();
    if (typeof data === "string") return this.#message(data, data.length);
    const frame = bytesOf(data);
    if (this.#mode === "plain") this.#events.emit("message", frame);
    else if (frame[0] === FIRST.message) this.#message(frame.subarray(1), frame.length);
    else if (frame[0] === FIRST.placed) this.#message(this.rooms.read(frame), frame.length);
    else if (frame[0] === FIRST.control) this.#controlled(jsonOf(frame));
    else if (frame[0] === FIRST.envelope) this.#envelope(jsonOf(frame), frame.length);
  }

  readonly send = (data: string | Uint8Array | ArrayBuffer): boolean => {
    if (typeof data === "string") return this.#queue({ data, bytes: data.length }) === null;
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    if (!(bytes instanceof Uint8Array)) throw new TypeError("send: a text, a Uint8Array or an ArrayBuffer");
    return this.#queue({ data: binaryFrame(FIRST.message, bytes), bytes: bytes.length }) === null;
  };

  probe(): void {
    this.#silence.probe();
  }

  /** The connection is gone. */
  away(): void {
    this.#connection = null;
    this.#silence.stop();
    this.#receipts.restart();
  }

  /** The next connection starts a fresh session: this one cannot be trusted. */
  forget(): void {
    this.info.token = null;
  }

  close(): void {
    this.away();
    this.#mode = "closed";
    this.queue.clear();
    this.calls.restart("closed");
  }

  #resume(sent: unknown, received: unknown): number {
    if (sent !== this.#receipts.received || !this.queue.resume(received as number)) throw new Error("a gap");
    return 0;
  }

  #restart(sent: unknown, received: unknown): number {
    this.#receipts.restart(sent as number);
    this.rooms.clear();
    const lost = this.queue.restart(received as number);
    this.calls.restart("lost", this.queue.requests());
    return lost;
  }

  #message(message: string | Uint8Array, bytes: number): void {
    if (this.#mode !== "plain") this.#receipts.count(bytes);
    this.#events.emit("message", message);
  }

  #controlled({ type, received }: Fields): void {
    if (type === "ack" && !this.queue.confirm(received as number))
      throw new Error("an ack of what was not sent");
  }

  #envelope(envelope: Fields, bytes: number): void {
    this.#receipts.count(bytes);
    const { type, ...fields } = envelope;
    if (type === "reply") this.calls.reply(envelope);
    else if (type === "request") void this.calls.respond(envelope);
    else if (type === "presence") {
      const event = fields as unknown as ClientEvents["presence"];
      this.rooms.take(event);
      this.#events.emit("presence", event);
    } else if (type === "history") this.#events.emit("history", fields as unknown as ClientEvents["history"]);
    else if (type === "error") this.#events.emit("refused", fields as unknown as ClientEvents["refused"]);
  }

  readonly #push: PushEnvelope = (envelope, request) => {
    if (this.#mode === "plain") return "plain";
    const data = jsonFrame(FIRST.envelope, envelope);
    return this.#queue({ data, bytes: data.length, request });
  };

  // A connection that is open takes what it gets, as a socket does; only what waits for a connection is bounded.
  #queue(frame: Outgoing): ReturnType<PushEnvelope> {
    if (this.#mode === "closed") return "closed";
    if (this.#connection === null && this.#exceeds(frame)) return "full";
    this.queue.push(frame);
    this.#flush();
    return null;
  }

  #exceeds({ bytes: more }: Outgoing): boolean {
    const { size: messages, bytes } = this.queue;
    const { waiting } = this.#settings;
    if (messages < waiting.messages && bytes + more <= waiting.bytes) return false;
    if (!this.#isFull) {
      this.#isFull = true;
      this.#events.emit("full", { messages, bytes });
    }
    return true;
  }

  #flush(): void {
    if (!this.#connection?.isOpen) return;
    this.#isFull = false;
    if (this.#mode === "plain") this.queue.drain(this.#connection.send);
    else this.queue.flush(this.#connection.send);
    if (!this.#resumes) this.queue.release();
  }

  #control(frame: object): void {
    if (this.#connection?.isOpen) this.#connection.send(jsonFrame(FIRST.control, frame));
  }
}

interface SessionInfo {
  session: string | null;
  resumed: boolean;
  reason: string | null;
  token: string | null;
}

export const PROTOCOL = "parlor.v1";

function bytesOf(data: unknown): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  throw new Error("a frame that is neither text nor bytes");
}
