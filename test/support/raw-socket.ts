import { connect, type Socket } from "node:net";
import { PATIENCE_MS } from "./patience.ts";

/** A TCP connection that sends any bytes, and keeps what it receives. */
export class RawSocket {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #hasEnded = false;
  readonly #watchers = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#look();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#hasEnded = true;
      this.#look();
    });
  }

  static async open(port: number, host = "127.0.0.1"): Promise<RawSocket> {
    const socket = connect({ port, host, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return new RawSocket(socket);
  }

  get received(): string {
    return this.#received.toString("latin1");
  }

  /** The bytes behind the head of the response. */
  get body(): Buffer {
    const end = this.#received.indexOf("\r\n\r\n");
    return end < 0 ? Buffer.alloc(0) : this.#received.subarray(end + 4);
  }

  write(bytes: string | Uint8Array): void {
    this.socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  }

  /** The status of the response. */
  async status(): Promise<number> {
    await this.until(() => this.received.includes("\r\n\r\n"), "a response");
    return Number(/^HTTP\/1\.1 (\d{3}) /.exec(this.received)?.[1]);
  }

  /** Everything that was received until the peer ended the connection. */
  async toEnd(patience = PATIENCE_MS): Promise<string> {
    await this.until(() => this.#hasEnded, "the end", patience);
    return this.received;
  }

  /** Resolves when the condition holds; rejects when the connection ends before, or after `patience` ms. */
  until(holds: () => boolean, what: string, patience = PATIENCE_MS): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      const look = (): void => {
        if (!holds() && !this.#hasEnded) return;
        stop();
        if (holds()) resolve();
        else reject(new Error(`the connection ended before ${what}: ${this.received.slice(0, 300)}`));
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`no ${what} within ${patience} ms: ${this.received.slice(0, 300)}`));
      }, patience);
      this.#watchers.add(look);
    });
  }

  /** Ends the connection with a RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  terminate(): void {
    this.socket.destroy();
  }

  #look(): void {
    for (const look of this.#watchers) look();
  }
}

/** A request for a WebSocket, with headers changed (`null` leaves one out) or added. */
export function upgradeRequest(
  path: string,
  changes: Readonly<Record<string, string | null>> = {},
  start = `GET ${path} HTTP/1.1`,
): string {
  const headers = {
    Host: "127.0.0.1",
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...changes,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${value}`],
  );
  return `${[start, ...lines].join("\r\n")}\r\n\r\n`;
}

/** A frame as a client sends it; masked with zeros, so that its payload stays readable. */
export function clientFrame(firstByte: number, payload: Buffer | string = "", announced?: number): Buffer {
  const body = Buffer.from(payload);
  const length = announced ?? body.length;
  const short = length < 126 ? length : length < 65_536 ? 126 : 127;
  const size = Buffer.alloc(short < 126 ? 1 : short === 126 ? 3 : 9);
  size[0] = 0x80 | short;
  if (short === 126) size.writeUInt16BE(length, 1);
  if (short === 127) size.writeBigUInt64BE(BigInt(length), 1);
  return Buffer.concat([Buffer.from([firstByte]), size, Buffer.alloc(4), body]);
}
