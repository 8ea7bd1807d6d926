import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { Acknowledgement } from "./acknowledgement.js";
import { clientFrame, FrameReader } from "./frames.js";
import { protocols } from "./protocols.js";

const HANDSHAKE_LIMIT_MS = 15_000;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

function upgradeRequest(port, path, { offer }) {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    ...(offer === undefined ? [] : [`Sec-WebSocket-Protocol: ${offer}`]),
    "\r\n",
  ].join("\r\n");
}

/**
 * One client on a raw socket. Until it is ready, and while it is `reading`, frames are parsed; otherwise a
 * chunk costs one addition and one call, so that the generator is not what is measured.
 */
export class Connection {
  /** Bytes received since `beginCounting`. */
  bytes = 0;
  /** Messages sent since `beginCounting`; kept by whoever sends. */
  sent = 0;
  /** Called after each chunk while counting. */
  onBytes = () => {};
  /** Called with each application text while reading. */
  onText = () => {};
  #protocol;
  /** Null where nothing is acknowledged. */
  #acknowledgement;
  #socket;
  #consume;
  #settle;

  constructor(target, shared) {
    this.#protocol = protocols[target.protocol];
    this.#acknowledgement = this.#protocol.offer === undefined ? null : new Acknowledgement();
    const onread = { buffer: shared, callback: (size, buffer) => this.#onChunk(size, buffer) };
    const { port, localAddress } = target;
    this.#socket = connect({ host: "127.0.0.1", port, localAddress, noDelay: true, onread });
  }

  /** Resolves when the first message may be sent. `shared` receives every chunk of every connection. */
  static async open(target, shared) {
    const path = await protocols[target.protocol].path(target);
    const connection = new Connection(target, shared);
    await connection.#handshake(target.port, path);
    return connection;
  }

  get failed() {
    return this.#socket.destroyed;
  }

  write(bytes) {
    this.#socket.write(bytes);
  }

  ping() {
    this.write(clientFrame(Buffer.alloc(0), { opcode: PING }));
  }

  /** `length`: bytes of each message that comes from now on. */
  beginCounting(length) {
    this.#acknowledgement?.start(length, this.bytes);
    this.bytes = 0;
    this.sent = 0;
    this.#consume = null;
  }

  beginReading() {
    const reader = new FrameReader((opcode, payload) => this.#onFrame(opcode, payload));
    this.#consume = (chunk) => reader.push(chunk);
  }

  /** Ends by a close frame, for a session that outlives a lost connection. */
  async leave() {
    const gone = once(this.#socket, "close");
    this.write(clientFrame(Buffer.alloc(0), { opcode: CLOSE }));
    await gone;
  }

  /** Ends with RST: thousands of sockets in TIME_WAIT would use up the ports of the next round. */
  destroy() {
    this.#socket.resetAndDestroy();
  }

  #onChunk(size, buffer) {
    if (this.#consume) {
      this.#consume(buffer.subarray(0, size));
      return true;
    }
    this.bytes += size;
    const received = this.#acknowledgement?.due(this.bytes) ?? null;
    if (received !== null) this.write(received);
    this.onBytes(this);
    return true;
  }

  #handshake(port, path) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#settle(new Error("The handshake took too long")),
        HANDSHAKE_LIMIT_MS,
      );
      this.#settle = (error) => {
        clearTimeout(timer);
        if (error) this.#socket.destroy();
        return error ? reject(error) : resolve();
      };
      this.#socket.on("error", (error) => this.#settle(error));
      this.#socket.on("close", () => this.#settle(new Error("The server closed the connection")));
      this.#consume = this.#responseReader();
      this.#socket.write(upgradeRequest(port, path, this.#protocol));
    });
  }

  #responseReader() {
    let response = "";
    return (chunk) => {
      response += chunk.toString("latin1");
      const end = response.indexOf("\r\n\r\n");
      if (end < 0) return;
      if (!response.startsWith("HTTP/1.1 101")) {
        this.#settle(new Error(`The server answered ${response.split("\r\n")[0]}`));
        return;
      }
      this.beginReading();
      if (this.#protocol.isReady === protocols.raw.isReady) this.#settle();
      const early = response.slice(end + 4);
      if (early) this.#consume(Buffer.from(early, "latin1"));
    };
  }

  #onFrame(opcode, payload) {
    if (opcode === PING) {
      this.write(clientFrame(payload, { opcode: PONG }));
      return;
    }
    for (const reply of this.#protocol.replies(payload))
      this.write(clientFrame(reply, this.#protocol.control ?? this.#protocol));
    if (this.#protocol.isReady(payload)) this.#settle();
    const text = this.#protocol.unwrap(payload);
    if (text !== null) this.onText(text);
  }
}
