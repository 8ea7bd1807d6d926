import { WebSocket, type ClientOptions } from "ws";
import { PATIENCE_MS } from "./patience.ts";

export interface ConnectOptions extends ClientOptions {
  readonly protocols?: readonly string[];
  /** How long `next` and `opened` wait before they reject, ms; default `PATIENCE_MS`. */
  readonly patience?: number;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** The server responded to the handshake with another status than 101. */
export class Refused extends Error {
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(`the handshake was refused with ${status} ${body}`.trim());
    this.name = "Refused";
    this.status = status;
    this.body = body;
  }
}

interface Waiting {
  resolve(message: string | Uint8Array): void;
  reject(why: Error): void;
}

/**
 * A WebSocket client: `a.send("hi"); expect(await b.next()).toBe("hi")`. Messages that it receives are kept until
 * `next` returns them; messages that it sends before the connection is open are sent when it opens.
 */
export class Client {
  /** Fulfilled at the 101; rejected with `Refused`, or with the error of the socket. */
  readonly opened: Promise<void>;
  /** Fulfilled when the connection has ended, from either side; with 1006 if it never opened. */
  readonly closed: Promise<Closed>;
  /** The socket, for tests of frames, pings and headers. */
  readonly socket: WebSocket;
  readonly #patience: number;
  readonly #inbox: (string | Uint8Array)[] = [];
  readonly #waiting: Waiting[] = [];
  #unsent: (string | Uint8Array)[] = [];
  #end: Error | null = null;

  constructor(url: string, options: ConnectOptions = {}) {
    const { protocols = [], patience = PATIENCE_MS, ...rest } = options;
    this.#patience = patience;
    this.socket = new WebSocket(url, [...protocols], { perMessageDeflate: false, ...rest });
    this.socket.binaryType = "nodebuffer";
    this.socket.on("message", (data: Buffer, isBinary: boolean) => this.#receive(data, isBinary));
    this.opened = this.#watchOpening();
    this.closed = this.#watchEnd();
    // For a test that does not use `opened`: `next` and `closed` report the failure as well.
    this.opened.catch(() => undefined);
  }

  /** How many messages have been received and not read. */
  get unread(): number {
    return this.#inbox.length;
  }

  send(data: string | Uint8Array): void {
    if (this.socket.readyState === WebSocket.CONNECTING) this.#unsent.push(data);
    else this.socket.send(data);
  }

  /** The next message: a string for a text frame, bytes for a binary one. */
  async next(): Promise<string | Uint8Array> {
    const message = this.#inbox.shift();
    if (message !== undefined) return message;
    if (this.#end !== null) throw this.#end;
    let waiting: Waiting | undefined;
    const coming = new Promise<string | Uint8Array>((resolve, reject) => {
      this.#waiting.push((waiting = { resolve, reject }));
    });
    try {
      return await this.#within("message", coming);
    } finally {
      // A call that timed out must not take the message from a later call.
      const at = this.#waiting.indexOf(waiting as Waiting);
      if (at >= 0) this.#waiting.splice(at, 1);
    }
  }

  /** The next message, which must be JSON. */
  async nextJson(): Promise<unknown> {
    const message = await this.next();
    if (typeof message !== "string") throw new Error(`expected JSON, got ${message.length} bytes`);
    return JSON.parse(message);
  }

  /** Reads messages and discards them. */
  async skip(count = 1): Promise<void> {
    for (let left = count; left > 0; left -= 1) await this.next();
  }

  /** Closes behind the messages that were sent, also while the connection is opening. */
  close(code = 1000, reason = ""): void {
    if (this.socket.readyState !== WebSocket.CONNECTING) return this.socket.close(code, reason);
    this.socket.once("open", () => this.socket.close(code, reason));
  }

  /** Cuts the connection without a close frame. */
  terminate(): void {
    this.socket.terminate();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    const message = isBinary ? new Uint8Array(data) : data.toString("utf8");
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#inbox.push(message);
    else waiting.resolve(message);
  }

  #watchOpening(): Promise<void> {
    const opening = new Promise<void>((resolve, reject) => {
      this.socket.once("open", () => {
        for (const data of this.#unsent) this.socket.send(data);
        this.#unsent = [];
        resolve();
      });
      this.socket.on("error", reject);
      this.socket.once("unexpected-response", (_request, response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (part: string) => (body += part));
        response.on("end", () => {
          const refused = new Refused(response.statusCode ?? 0, body);
          this.#finish(refused);
          reject(refused);
          this.socket.terminate();
        });
      });
    });
    return this.#within("response to the handshake", opening);
  }

  #watchEnd(): Promise<Closed> {
    return new Promise((resolve) => {
      this.socket.once("close", (code, reason) => {
        this.#finish(
          new Error(`no message: the connection has ended with ${code} ${reason.toString()}`.trim()),
        );
        resolve({ code, reason: reason.toString("utf8") });
      });
    });
  }

  #finish(end: Error): void {
    this.#end ??= end;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#end);
  }

  #within<T>(what: string, promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const complain = () => reject(new Error(`no ${what} within ${this.#patience} ms`));
      const timer = setTimeout(complain, this.#patience);
      promise.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}

/** Connects. Sending may start at once; `opened` is fulfilled when the connection is open. */
export function connect(url: string, options: ConnectOptions = {}): Client {
  return new Client(url, options);
}
