import { connect, type Socket } from "node:net";

const TEXT = 0x1;
const BINARY = 0x2;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
const HANDSHAKE_LIMIT = 30_000;

/**
 * A WebSocket client that costs little enough to have ten thousand of them in one process. It sends and receives
 * short texts, answers pings, and reports when it was closed.
 */
export class RawClient {
  readonly #socket: Socket;
  #consume: (chunk: Buffer) => void;
  #rest: Buffer | null = null;
  #settle: (problem: string | null) => void = () => undefined;
  #isEnding = false;
  #isBinary = false;
  /** Called with each text. */
  onText: (text: string) => void = () => undefined;
  /** Called once when the connection has ended unasked. */
  onCut: () => void = () => undefined;
  /** How it was cut; null while it is not. */
  cut: string | null = null;

  private constructor(port: number, buffer: Buffer) {
    const callback = (size: number, bytes: Uint8Array): boolean => {
      this.#consume(Buffer.from(bytes.buffer, bytes.byteOffset, size));
      return true;
    };
    this.#consume = () => undefined;
    this.#socket = connect({ host: "127.0.0.1", port, noDelay: true, onread: { buffer, callback } });
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => this.#end("the connection was lost"));
  }

  /** Connects. `buffer` is what all clients of a process read into. */
  static async open(port: number, path: string, buffer: Buffer): Promise<RawClient> {
    const client = new RawClient(port, buffer);
    await client.#handshake(path);
    return client;
  }

  send(text: string): void {
    const bytes = Buffer.from(text, this.#isBinary ? "latin1" : "utf8");
    this.#socket.write(frame(this.#isBinary ? BINARY : TEXT, bytes));
  }

  /** From now on messages are binary both ways, and a character of a text is a byte. */
  speakBinary(): void {
    this.#isBinary = true;
  }

  /** Reads nothing more: the server's frames pile up on its side. */
  stopReading(): void {
    this.#socket.pause();
  }

  /** Says good-bye with 1000. */
  close(): void {
    this.#isEnding = true;
    this.#socket.write(frame(CLOSE, Buffer.from([3, 232])));
  }

  /** Ends with RST: thousands of sockets in TIME_WAIT would use up the ports of the next run. */
  destroy(): void {
    this.#isEnding = true;
    this.#socket.resetAndDestroy();
  }

  #end(why: string): void {
    this.#settle(why);
    if (this.#isEnding || this.cut !== null) return;
    this.cut = why;
    this.onCut();
  }

  async #handshake(path: string): Promise<void> {
    const timer = setTimeout(() => this.#settle("the handshake took too long"), HANDSHAKE_LIMIT);
    const problem = await new Promise<string | null>((resolve) => {
      this.#settle = resolve;
      this.#consume = this.#responseReader();
      this.#socket.write(upgradeRequest(path));
    });
    clearTimeout(timer);
    this.#settle = () => undefined;
    if (problem === null) return;
    this.destroy();
    throw new Error(`${path}: ${problem}`);
  }

  #responseReader(): (chunk: Buffer) => void {
    let response = "";
    return (chunk) => {
      response += chunk.toString("latin1");
      const end = response.indexOf("\r\n\r\n");
      if (end < 0) return;
      if (!response.startsWith("HTTP/1.1 101")) return this.#settle(response.split("\r\n", 1)[0] ?? "");
      this.#consume = (bytes) => this.#read(bytes);
      // The caller sets `onText` in the turn after this one.
      const early = Buffer.from(response.slice(end + 4), "latin1");
      if (early.length > 0) setImmediate(() => this.#read(early));
      this.#settle(null);
    };
  }

  #read(chunk: Buffer): void {
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (let size = sizeOfFrame(bytes, at); size > 0; size = sizeOfFrame(bytes, at)) {
      this.#take(bytes[at]! & 15, bytes.subarray(at + headOf(bytes, at), at + size));
      at += size;
    }
    // The buffer is shared by all clients: an incomplete frame is copied.
    this.#rest = at === bytes.length ? null : Buffer.from(bytes.subarray(at));
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === TEXT) return this.onText(payload.toString());
    if (opcode === BINARY && this.#isBinary) return this.onText(payload.toString("latin1"));
    if (opcode === PING) return void this.#socket.write(frame(PONG, payload));
    if (opcode !== CLOSE) return;
    this.#end(
      `closed with ${payload.length < 2 ? 1005 : payload.readUInt16BE(0)} ${payload.toString("utf8", 2)}`,
    );
    this.destroy();
  }
}

function upgradeRequest(path: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "\r\n",
  ].join("\r\n");
}

/** A whole frame, masked with zeros. */
function frame(opcode: number, payload: Buffer): Buffer {
  if (payload.length > 125)
    throw new RangeError(`the soak sends short messages, not ${payload.length} bytes`);
  const bytes = Buffer.alloc(6 + payload.length);
  bytes[0] = 0x80 | opcode;
  bytes[1] = 0x80 | payload.length;
  payload.copy(bytes, 6);
  return bytes;
}

function headOf(bytes: Buffer, at: number): number {
  const short = bytes[at + 1]! & 0x7f;
  return short < 126 ? 2 : short === 126 ? 4 : 10;
}

/** 0 while it is not whole. */
function sizeOfFrame(bytes: Buffer, at: number): number {
  if (bytes.length - at < 2) return 0;
  const head = headOf(bytes, at);
  if (bytes.length - at < head) return 0;
  const length =
    head === 2
      ? bytes[at + 1]! & 0x7f
      : head === 4
        ? bytes.readUInt16BE(at + 2)
        : Number(bytes.readBigUInt64BE(at + 2));
  return bytes.length - at < head + length ? 0 : head + length;
}
