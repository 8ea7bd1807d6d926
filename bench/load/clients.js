import { clientFrame, serverFrameLength } from "./frames.js";
import { CONTROL_BYTES } from "./acknowledgement.js";
import { Connection } from "./connection.js";
import { protocols } from "./protocols.js";

const CONNECTING_AT_ONCE = 50;
const SHARED_BUFFER_BYTES = 256 * 1024;
const CONNECTIONS_PER_ADDRESS = 10_000;

/** The connections of one generator to one server. */
export class Clients {
  connections = [];
  #target;
  #shared = Buffer.alloc(SHARED_BUFFER_BYTES);

  /** `target` is `{ port, protocol, route, serverPid }`. */
  constructor(target) {
    this.#target = target;
  }

  get serverPid() {
    return this.#target.serverPid;
  }

  /** The first one alone: it may be what makes the server create a room or start a thread. */
  async connect(count) {
    await this.#connectOne();
    let left = count - 1;
    const workers = Array.from({ length: Math.min(CONNECTING_AT_ONCE, left) }, async () => {
      while (left > 0) {
        left -= 1;
        await this.#connectOne();
      }
    });
    await Promise.all(workers);
  }

  frame(text) {
    const { protocol } = this.#target;
    return clientFrame(protocols[protocol].wrap(text), protocols[protocol]);
  }

  /** How many bytes a client receives for `text`. */
  deliveryLength(text) {
    return serverFrameLength(protocols[this.#target.protocol].wrap(text).length);
  }

  /** Received bytes that may belong to no message. */
  get controlBytes() {
    return protocols[this.#target.protocol].offer === undefined ? 0 : CONTROL_BYTES * this.connections.length;
  }

  /** Each sends one frame, and gets one. */
  async ping() {
    for (const connection of this.connections) connection.ping();
  }

  receivedBytes() {
    return this.connections.reduce((sum, connection) => sum + connection.bytes, 0);
  }

  sentMessages() {
    return this.connections.reduce((sum, connection) => sum + connection.sent, 0);
  }

  assertAlive() {
    const failed = this.connections.filter((connection) => connection.failed).length;
    if (failed > 0) throw new Error(`The server dropped ${failed} of ${this.connections.length} connections`);
  }

  async keepOne() {
    const others = this.connections.splice(1);
    const { offer } = protocols[this.#target.protocol];
    if (offer === undefined) for (const connection of others) connection.destroy();
    else await Promise.all(others.map((connection) => connection.leave()));
    this.connections[0].beginReading();
  }

  close() {
    for (const connection of this.connections) connection.destroy();
    this.connections = [];
  }

  async #connectOne() {
    // A second address before the ports of the first one run out.
    const address = 1 + Math.floor(this.connections.length / CONNECTIONS_PER_ADDRESS);
    const target = { ...this.#target, localAddress: address > 1 ? `127.0.0.${address}` : undefined };
    this.connections.push(await Connection.open(target, this.#shared));
  }
}
