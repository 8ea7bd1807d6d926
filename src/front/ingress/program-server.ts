// Front: the HTTP server of a port that a program has opened.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Answer, Question } from "../../boundary/questions.ts";
import { createHttpServer, type HttpServerLimits } from "../http/http-server.ts";
import type { ResolvedConfig } from "../../config.ts";
import type { ConnectionBudget } from "./connection-budget.ts";
import type { Arrival } from "../websocket/handshake.ts";

/** All requests and handshakes of the port go to the handlers. */
export class ProgramServer {
  readonly #server: Server;
  readonly #backlog: number;
  readonly #sockets = new Set<Socket>();
  readonly #handlers: ProgramServerHandlers;
  #isClosed = false;

  constructor(handlers: ProgramServerHandlers, options: ProgramServerOptions) {
    this.#server = createHttpServer(options);
    this.#backlog = options.backlog;
    this.#server.on("request", (req, res) => handlers.onRequest({ req, res, asksToContinue: false }));
    this.#server.on("checkContinue", (req, res) => handlers.onRequest({ req, res, asksToContinue: true }));
    this.#server.on("clientError", handlers.onClientError);
    this.#server.on("upgrade", (request, socket: Socket, head) => {
      handlers.onUpgrade({ request, socket, head });
    });
    this.#handlers = handlers;
    this.#server.on("connection", (socket) => {
      handlers.connections.admit(socket);
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  /** The port's number; 0 until it is open. */
  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  /** Replies when the port is open or cannot be opened; never if it was closed before. */
  open(question: ListenQuestion, reply: (answer: Answer) => void): void {
    const server = this.#server;
    server.once("error", (error) => reply({ ok: false, reason: reasonOf(error, question) }));
    server.once("listening", () => this.#opened(reply));
    const { port, host } = question;
    try {
      // Several fronts share the ports of their programs, but not those that the system chooses: two could be mixed up.
      server.listen({
        port,
        exclusive: port === 0,
        backlog: this.#backlog,
        ...(host === null ? {} : { host }),
      });
    } catch (error) {
      // Node throws at port numbers that cannot exist.
      return void server.emit("error", error);
    }
    // Without an address the port is bound by now, and a host on this thread cannot wait for the event.
    if (server.listening) this.#opened(reply);
  }

  /** The port is free for others at once; the clients' sockets stay until they end by themselves. */
  stopListening(): void {
    this.#isClosed = true;
    this.#server.close();
  }

  /** Every client's socket ends at once, without a close frame. After `stopListening` it has no effect. */
  close(): void {
    if (this.#isClosed) return;
    this.stopListening();
    for (const socket of this.#sockets) socket.destroy();
  }

  #opened(reply: (answer: Answer) => void): void {
    if (this.#isClosed) return void this.#server.close();
    this.#server.removeAllListeners("error").removeAllListeners("listening");
    // A later error of the port costs a client, not the process.
    this.#server.on("error", this.#handlers.connections.onError);
    reply({ ok: true, port: this.port });
  }
}

export type ProgramServerOptions = HttpServerLimits & Pick<ResolvedConfig, "backlog">;

export type ListenQuestion = Extract<Question, { readonly kind: "listen" }>;

/** A request with its response. `asksToContinue`: the client holds its body back until it is asked for. */
export interface RequestArrival {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly asksToContinue: boolean;
}

export interface ProgramServerHandlers {
  readonly connections: Pick<ConnectionBudget, "admit" | "onError">;
  onRequest(arrival: RequestArrival): void;
  onUpgrade(arrival: Arrival): void;
  readonly onClientError: (error: Error, socket: Duplex) => void;
}

function reasonOf(error: NodeJS.ErrnoException, { port, host }: ListenQuestion): string {
  if (error.code === "EADDRINUSE") return `port ${port} is in use`;
  if (error.code === "ERR_SOCKET_BAD_PORT") return `port ${port} is out of range (0–65535)`;
  if (error.code === "EACCES") return `port ${port} needs rights that this user lacks`;
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND")
    return `${host ?? "the address"} is not an address of this machine`;
  return error.message;
}
