import type { SocketClass, SocketLike } from "../../../src/client/connect.ts";

type Data = string | Uint8Array<ArrayBuffer>;
type Json = Record<string, unknown>;

/** A server of one route that speaks `parlor.v1` as docs/protocol.md says. Nothing moves until a test moves it. */
export class FakeParlor {
  /** `down`: connections are refused. `plain`: the offer fails. `silent`: no handshake is answered. */
  mode: "v1" | "plain" | "down" | "silent" = "v1";
  /** What the welcome states. */
  readonly welcome = { resume: 30, heartbeat: 20_000 };
  readonly sockets: FakeSocket[] = [];
  /** Those that can be resumed, and all that there were. */
  readonly sessions = new Map<string, FakeSession>();
  readonly all: FakeSession[] = [];
  boot = "boot1";

  get WebSocket(): SocketClass {
    const made = (url: string, protocols: string[]): FakeSocket => {
      const socket = new FakeSocket(this, url, protocols);
      this.sockets.push(socket);
      return socket;
    };
    // A constructor that returns an object makes that object.
    return function WebSocket(url: string, protocols: string[]) {
      return made(url, protocols);
    } as unknown as SocketClass;
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  get session(): FakeSession {
    return this.all.at(-1)!;
  }

  /** Moves all sockets until nothing is on its way. */
  run(): void {
    while (this.sockets.some((socket) => socket.step())) continue;
  }

  /** The server is another process now, which knows no session and no socket. */
  restart(): void {
    for (const socket of this.sockets) socket.break();
    this.boot = `boot${Number(this.boot.slice(4)) + 1}`;
    this.sessions.clear();
  }

  /** The session that an offer names, or a fresh one with the reason. */
  sessionOf(offer: string | undefined): { session: FakeSession; reason: string | null } {
    if (offer === undefined) return { session: this.#fresh(), reason: null };
    const [, received, boot, id, secret] = /^parlor\.resume\.(\d+)\.([^.]+)\.([^.]+)\.(.+)$/.exec(offer)!;
    if (boot !== this.boot) return { session: this.#fresh(), reason: "server-restarted" };
    const session = this.sessions.get(id!);
    if (session === undefined) return { session: this.#fresh(), reason: "expired" };
    if (!session.secrets.includes(secret!)) return { session: this.#fresh(), reason: "unknown" };
    if (session.confirm(Number(received))) return { session, reason: null };
    this.sessions.delete(id!);
    return { session: this.#fresh(), reason: "overflow" };
  }

  #fresh(): FakeSession {
    const session = new FakeSession(`s${this.all.length + 1}`);
    this.sessions.set(session.id, session);
    this.all.push(session);
    return session;
  }
}

/** The server's part of a session. */
export class FakeSession {
  readonly id: string;
  secrets = ["secret0"];
  /** All messages of the client, all its envelopes, and all its control frames. */
  readonly messages: (string | number[])[] = [];
  readonly envelopes: Json[] = [];
  readonly controls: Json[] = [];
  received = 0;
  socket: FakeSocket | null = null;
  /** How many unconfirmed frames are kept. */
  most = Infinity;
  #kept: Data[] = [];
  #first = 0;
  #secrets = 0;

  constructor(id: string) {
    this.id = id;
  }

  send(data: string | Uint8Array): void {
    this.#write(typeof data === "string" ? data : Uint8Array.from([0, ...data]));
  }

  envelope(fields: Json): void {
    this.#write(json(2, fields));
  }

  control(fields: Json): void {
    this.socket?.toClient(json(1, fields));
  }

  ack(): void {
    this.control({ type: "ack", received: this.received });
  }

  /** The client has all frames below `number`. Returns false if that cannot be, or frames after it were dropped. */
  confirm(number: number): boolean {
    if (number < this.#first || number > this.#first + this.#kept.length) return false;
    this.#kept = this.#kept.slice(number - this.#first);
    this.#first = number;
    return true;
  }

  open(socket: FakeSocket, server: FakeParlor, reason: string | null, resumed: boolean): void {
    this.socket?.serverClose(3901, "");
    this.socket = socket;
    const secret = `secret${++this.#secrets}`;
    this.secrets = [...this.secrets, secret].slice(-2);
    const { id, received } = this;
    const { resume, heartbeat } = server.welcome;
    const token = resume === 0 ? null : `${server.boot}.${id}.${secret}`;
    const numbers = { sent: this.#first, received };
    this.control({ type: "welcome", session: id, resumed, reason, token, resume, ...numbers, heartbeat });
    for (const frame of this.#kept) socket.toClient(frame);
  }

  take(data: Data): void {
    if (typeof data === "string" || data[0] === 0) {
      this.received += 1;
      this.messages.push(typeof data === "string" ? data : [...data.subarray(1)]);
    } else if (data[0] === 2) {
      this.received += 1;
      this.envelopes.push(fieldsOf(data));
    } else this.#control(fieldsOf(data));
  }

  #control(fields: Json): void {
    this.controls.push(fields);
    if (fields["type"] === "ping") this.control({ type: "pong" });
    if (fields["type"] === "ready") this.secrets = this.secrets.slice(-1);
    if (fields["type"] === "ack") this.#acked(fields["received"] as number);
  }

  // Frames that were dropped over the bound may be acknowledged later.
  #acked(number: number): void {
    if (number > this.#first + this.#kept.length) this.socket?.serverClose(3902, "");
    else this.confirm(number);
  }

  #write(data: Data): void {
    this.#kept.push(data);
    this.socket?.toClient(data);
    while (this.#kept.length > this.most) {
      this.#kept.shift();
      this.#first += 1;
    }
  }
}

/** The client's socket, with what is on its way in both directions. */
export class FakeSocket implements SocketLike {
  readonly url: string;
  readonly offered: readonly string[];
  readyState = 0;
  protocol = "";
  binaryType = "";
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly #server: FakeParlor;
  /** What is on its way to the server, and to the client. */
  readonly up: Data[] = [];
  readonly down: (Data | { code: number; reason: string })[] = [];
  /** Messages on a plain route. */
  readonly plain: Data[] = [];
  session: FakeSession | null = null;
  closedWith: number | null = null;
  /** Nothing passes, and the client is not notified. */
  isDead = false;

  constructor(server: FakeParlor, url: string, protocols: string[]) {
    this.#server = server;
    this.url = url;
    this.offered = protocols;
  }

  send(data: Data): void {
    if (this.readyState === 0) throw new Error("the socket is connecting");
    this.up.push(data);
  }

  close(code = 1005): void {
    if (this.readyState === 3 || this.closedWith !== null) return;
    if (code !== 1000 && code !== 1005 && !(code >= 3000 && code <= 4999))
      throw new Error("InvalidAccessError");
    this.closedWith = code;
    this.readyState = 2;
  }

  toClient(data: Data): void {
    this.down.push(data);
  }

  serverClose(code: number, reason = ""): void {
    if (this.session !== null) this.session.socket = null;
    this.down.push({ code, reason });
  }

  /** The connection breaks: what is on its way is lost. */
  break(): void {
    if (this.session?.socket === this) this.session.socket = null;
    this.up.length = 0;
    this.down.length = 0;
    this.#end(1006, "");
  }

  /** The server notices that the connection is lost; the client does not. */
  die(): void {
    this.isDead = true;
    if (this.session?.socket === this) this.session.socket = null;
  }

  /** Moves the next frame in one direction, or in the other. Returns false if there is none. */
  step(upFirst = true): boolean {
    if (this.isDead || this.readyState === 3) return false;
    if (this.readyState === 0) return this.#shake();
    return upFirst ? this.#up() || this.#down() : this.#down() || this.#up();
  }

  #shake(): boolean {
    const { mode } = this.#server;
    if (mode === "silent") return false;
    const speaks = this.offered.includes("parlor.v1");
    if (mode === "down" || (mode === "plain" && this.offered.length > 0)) {
      this.#end(1006, "");
      return true;
    }
    this.readyState = 1;
    this.protocol = speaks ? "parlor.v1" : "";
    this.onopen?.({} as never);
    if (speaks) this.#openSession();
    return true;
  }

  #openSession(): void {
    const offer = this.offered.find((entry) => entry.startsWith("parlor.resume."));
    const { session, reason } = this.#server.sessionOf(offer);
    this.session = session;
    session.open(this, this.#server, reason, offer !== undefined && reason === null);
  }

  #up(): boolean {
    const data = this.up.shift();
    if (data !== undefined) {
      if (this.session === null) this.plain.push(data);
      else if (this.session.socket === this) this.session.take(data);
      return true;
    }
    if (this.closedWith === null) return false;
    if (this.session?.socket === this) this.#server.sessions.delete(this.session.id);
    this.#end(this.closedWith, "");
    return true;
  }

  #down(): boolean {
    const data = this.down.shift();
    if (data === undefined) return false;
    if (typeof data === "object" && "code" in data) this.#end(data.code, data.reason);
    else this.onmessage?.({ data: typeof data === "string" ? data : data.slice().buffer } as never);
    return true;
  }

  #end(code: number, reason: string): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code, reason } as never);
  }
}

function json(first: number, fields: Json): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([first, ...new TextEncoder().encode(JSON.stringify(fields))]);
}

function fieldsOf(data: Uint8Array): Json {
  return JSON.parse(new TextDecoder().decode(data.subarray(1))) as Json;
}
