// Front: the `ws` servers, which check handshakes, agree on compression and write the 101.
import type { IncomingMessage } from "node:http";
import { WebSocketServer, type ServerOptions } from "ws";
import type { UpgradeAnswer } from "../../boundary/text/upgrade-answer.ts";
import type { Arrival } from "./handshake.ts";
import { SessionSocket } from "./session-socket.ts";

/** One server for each limit of a message's size, because `ws` has one limit for all sockets of a server. */
export class SocketServers {
  readonly options: SocketServerOptions;
  readonly #servers = new Map<number, Server>();
  readonly #arriving = new WeakMap<IncomingMessage, UpgradeListener>();
  #inflates = false;
  /** Whether `ws` has found the last request in order, which it says within the call. */
  #isProper = false;

  constructor(options: SocketServerOptions) {
    this.options = options;
  }

  /** Takes over a connection. An improper request is refused at once. */
  upgrade({ request, socket, head }: Arrival, maxPayload: number, listener: UpgradeListener): void {
    this.#arriving.set(request, listener);
    this.#isProper = false;
    this.#serverFor(maxPayload).handleUpgrade(request, socket, head, (opened) =>
      listener.onOpen(opened, this.#inflates),
    );
    if (!this.#isProper) listener.onImproper();
  }

  #serverFor(maxPayload: number): Server {
    let server = this.#servers.get(maxPayload);
    if (server === undefined) this.#servers.set(maxPayload, (server = this.#create(maxPayload)));
    return server;
  }

  #create(maxPayload: number): Server {
    const { closeTimeout, deflate, maxFragments } = this.options;
    const options: ServerOptions<typeof SessionSocket> & { closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      WebSocket: SessionSocket,
      maxPayload,
      maxFragments,
      maxBufferedChunks: Math.max(FEWEST_READS, Math.ceil(maxPayload / SHORTEST_READ)),
      closeTimeout,
      perMessageDeflate: deflate && { serverNoContextTakeover: true, clientNoContextTakeover: true },
      verifyClient: (info, proceed) => this.#checked(info.req, () => proceed(true)),
      handleProtocols: (offered, request) => this.#protocolOf(request, offered),
    };
    const server = new WebSocketServer(options);
    server.on("headers", (lines, request) => {
      // Only these lines show what was agreed on; `onOpen` is called within the same turn.
      if (deflate) this.#inflates = offersFullWindow(lines);
      this.#addHeaders(lines, request);
    });
    return server;
  }

  #addHeaders(lines: string[], request: IncomingMessage): void {
    for (const [name, value] of this.#arriving.get(request)?.answer().headers ?? [])
      lines.push(`${name}: ${value}`);
    this.#arriving.delete(request);
  }

  // By itself `ws` agrees to the first one that is offered.
  #protocolOf(request: IncomingMessage, offered: ReadonlySet<string>): string | false {
    const { protocol = null } = this.#arriving.get(request)?.answer() ?? {};
    return protocol !== null && offered.has(protocol) ? protocol : false;
  }

  #checked(request: IncomingMessage, proceed: () => void): void {
    this.#isProper = true;
    this.#arriving.get(request)?.onRequest(proceed);
  }
}

export interface SocketServerOptions {
  /** For how long a peer may delay its part of a close, in ms. */
  readonly closeTimeout: number;
  /** Whether compression is offered to clients. */
  readonly deflate: boolean;
  /** Frames of one message; 1008 above. */
  readonly maxFragments: number;
  /** Bytes of a message, where a socket has no limit of its own. */
  readonly maxPayload: number;
}

/** A frame may come in as many reads. Reads shorter than this, on average, take more memory than they carry. */
const FEWEST_READS = 8192;
const SHORTEST_READ = 128;

/** Follows one handshake. */
export interface UpgradeListener {
  /** The request is in order; `proceed` lets the 101 be written, now or later. */
  onRequest(proceed: () => void): void;
  /** What the 101 has beside its own headers. Asked when it is written. */
  answer(): UpgradeAnswer;
  /** `ws` has refused the request. */
  onImproper(): void;
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
