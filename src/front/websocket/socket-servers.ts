// Front: the `ws` servers, which check handshakes, agree on compression and write the 101.
import type { IncomingMessage } from "node:http";
import { WebSocketServer, type ServerOptions } from "ws";
import type { Arrival } from "./handshake.ts";
import { SessionSocket } from "./session-socket.ts";

/** One server for each limit of a message's size, because `ws` has one limit for all sockets of a server. */
export class SocketServers {
  readonly #options: SocketServerOptions;
  readonly #servers = new Map<number, Server>();
  readonly #arriving = new WeakMap<IncomingMessage, UpgradeListener>();
  #inflates = false;

  constructor(options: SocketServerOptions) {
    this.#options = options;
  }

  /** Takes over a connection. An improper request is refused without a word to the listener. */
  upgrade({ request, socket, head }: Arrival, maxPayload: number, listener: UpgradeListener): void {
    this.#arriving.set(request, listener);
    this.#serverFor(maxPayload).handleUpgrade(request, socket, head, (opened) =>
      listener.onOpen(opened, this.#inflates),
    );
  }

  #serverFor(maxPayload: number): Server {
    let server = this.#servers.get(maxPayload);
    if (server === undefined) this.#servers.set(maxPayload, (server = this.#create(maxPayload)));
    return server;
  }

  #create(maxPayload: number): Server {
    const { closeTimeout, deflate } = this.#options;
    // No honest client sends pieces under 64 bytes; smaller ones cost more memory than they carry.
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
      verifyClient: (info, proceed) => this.#checked(info.req, () => proceed(true)),
    };
    const server = new WebSocketServer(options);
    // Only these lines show what was agreed on; `onOpen` is called within the same turn.
    if (deflate) server.on("headers", (lines) => void (this.#inflates = offersFullWindow(lines)));
    return server;
  }

  #checked(request: IncomingMessage, proceed: () => void): void {
    const listener = this.#arriving.get(request);
    this.#arriving.delete(request);
    listener?.onRequest(proceed);
  }
}

export interface SocketServerOptions {
  /** For how long a peer may delay its part of a close, in ms. */
  readonly closeTimeout: number;
  /** Whether compression is offered to clients. */
  readonly deflate: boolean;
}

/** Follows one handshake. */
export interface UpgradeListener {
  /** The request is in order; `proceed` lets the 101 be written, now or later. */
  onRequest(proceed: () => void): void;
  /** The 101 has been written. `inflates`: the client reads messages compressed with the full window. */
  onOpen(socket: SessionSocket, inflates: boolean): void;
}

type Server = InstanceType<typeof WebSocketServer<typeof SessionSocket>>;

// A message compressed with the full window cannot be read by a client that agreed on a smaller one.
function offersFullWindow(lines: readonly string[]): boolean {
  const agreed = lines.find((line) => line.startsWith("Sec-WebSocket-Extensions: permessage-deflate"));
  if (agreed === undefined) return false;
  const bits = /server_max_window_bits=(\d+)/.exec(agreed)?.[1];
  return bits === undefined || bits === "15";
}
