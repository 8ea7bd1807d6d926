import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Answer, Question } from "../../boundary/questions.ts";
import { normalizePath } from "../../boundary/path.ts";
import type { HttpTransport } from "../http/http-transport.ts";
import { httpServerOptions } from "../http/http-server.ts";
import { refuseUpgrade } from "../websocket/refuse-upgrade.ts";
import type { Gateway } from "./gateway.ts";

type Listen = Extract<Question, { readonly kind: "listen" }>;
type Reply = (answer: Answer) => void;

export interface ListenersParts {
  readonly gateway: Gateway;
  readonly http: HttpTransport;
}

/** An open port of a program. */
interface Listener {
  readonly slot: number;
  question: Listen;
  readonly server: Server;
  readonly sockets: Set<Socket>;
  /** Opened by an incarnation that is over. */
  isStale: boolean;
}

/**
 * Ports that programs listen on besides the server's own: all requests and upgrades of such a port are the program's.
 * A port stays open while a fresh incarnation takes its program's place, so that its sessions do too.
 */
export class Listeners {
  readonly #parts: ListenersParts;
  readonly #listeners = new Set<Listener>();

  constructor(parts: ListenersParts) {
    this.#parts = parts;
  }

  /** Ports that are open. */
  get size(): number {
    return this.#listeners.size;
  }

  /** Answers at once where that can be known at once; else when the port is open, or cannot be. */
  answer(question: Question, reply: Reply, slot: number): void {
    if (question.kind === "listen") return this.#listen(question, reply, slot);
    const open = this.#find(slot, ({ question: { listener } }) => listener === question.listener);
    if (open !== undefined) this.#close(open);
    reply({ ok: true, port: 0 });
  }

  /** An incarnation is over: its ports wait for the next one. */
  age(slot: number): void {
    for (const listener of this.#listeners) if (listener.slot === slot) listener.isStale = true;
  }

  /** Closes the ports that nobody has asked for anew. */
  dropStale(slot: number): void {
    for (const listener of [...this.#listeners])
      if (listener.slot === slot && listener.isStale) this.#close(listener);
  }

  /** A host has gone for good, and its ports with it. */
  remove(slot: number): void {
    for (const listener of [...this.#listeners]) if (listener.slot === slot) this.#close(listener);
  }

  closeAll(): void {
    for (const listener of [...this.#listeners]) this.#close(listener);
  }

  #listen(question: Listen, reply: Reply, slot: number): void {
    const stale = this.#find(slot, (open) => open.isStale && isSame(open.question, question));
    if (stale !== undefined) return reply(this.#takeOver(stale, question));
    const server = createServer(httpServerOptions());
    const listener: Listener = { slot, question, server, sockets: new Set(), isStale: false };
    this.#serve(listener);
    server.once("error", (error) => {
      this.#listeners.delete(listener);
      reply({ ok: false, reason: reasonOf(error, question) });
    });
    server.once("listening", () => this.#opened(listener, reply));
    this.#listeners.add(listener);
    const { port, host } = question;
    try {
      server.listen({ port, backlog: 4096, ...(host === null ? {} : { host }) });
    } catch (error) {
      // A port that no machine has.
      return void server.emit("error", error);
    }
    // Without an address it is bound by now; a host in this very thread cannot wait for the event.
    if (server.listening) this.#opened(listener, reply);
  }

  #opened(listener: Listener, reply: Reply): void {
    const { server } = listener;
    // Closed before it was open.
    if (!this.#listeners.has(listener)) return void server.close();
    server.removeAllListeners("error").removeAllListeners("listening");
    // What goes wrong with a port later costs a client, not the server.
    server.on("error", () => undefined);
    reply({ ok: true, port: portOf(server) });
  }

  #takeOver(listener: Listener, question: Listen): Answer {
    listener.question = question;
    listener.isStale = false;
    return { ok: true, port: portOf(listener.server) };
  }

  #serve(listener: Listener): void {
    const { server, sockets } = listener;
    const { http } = this.#parts;
    server.on("request", (req, res) => this.#request(listener, { req, res, asksToContinue: false }));
    server.on("checkContinue", (req, res) => this.#request(listener, { req, res, asksToContinue: true }));
    server.on("clientError", http.handleClientError);
    server.on("upgrade", (request, socket: Socket, head) =>
      this.#upgrade(listener, { request, socket, head }),
    );
    server.on("connection", (socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    });
  }

  #request(
    { question: { script, listener, limits } }: Listener,
    { req, res, asksToContinue }: { req: IncomingMessage; res: ServerResponse; asksToContinue: boolean },
  ): void {
    const { http } = this.#parts;
    req.url = withSingleSlashes(req.url);
    // What no honest client asks for is answered like on the server's own port: with 404.
    if (normalizePath(req.url) === null) return http.handle(req, res);
    const route = {
      script,
      route: `${script}#${listener}`,
      params: null,
      bodyLimit: limits.maxBody,
      listener,
    };
    http.handleFor(route, req, res, asksToContinue);
  }

  #upgrade(
    { slot, question }: Listener,
    arrival: { request: IncomingMessage; socket: Socket; head: Buffer },
  ): void {
    const { script, listener, limits } = question;
    const { request, socket } = arrival;
    request.url = withSingleSlashes(request.url);
    if (normalizePath(request.url) === null) return refuseUpgrade(socket, 404, "no route at this path");
    const program = { hearsPings: true, limits, listener };
    const target = { script, route: `${script}#${listener}`, slot, awaitsDecision: true, program };
    this.#parts.gateway.upgradeTo({ data: target, params: null }, arrival);
  }

  #find(slot: number, fits: (listener: Listener) => boolean): Listener | undefined {
    return [...this.#listeners].find((listener) => listener.slot === slot && fits(listener));
  }

  // Every client's socket ends at once, without a close frame.
  #close(listener: Listener): void {
    this.#listeners.delete(listener);
    listener.server.close();
    for (const socket of listener.sockets) socket.destroy();
  }
}

// A program that is loaded anew asks for the same port again: by its number, or by its own number for it.
function isSame(open: Listen, wanted: Listen): boolean {
  if (open.host !== wanted.host || open.script !== wanted.script) return false;
  return wanted.port === open.port && (wanted.port !== 0 || wanted.listener === open.listener);
}

function withSingleSlashes(target = "/"): string {
  const at = target.indexOf("?");
  const path = at === -1 ? target : target.slice(0, at);
  return path.replace(/\/{2,}/g, "/") + (at === -1 ? "" : target.slice(at));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo | null)?.port ?? 0;
}

function reasonOf(error: NodeJS.ErrnoException, { port, host }: Listen): string {
  if (error.code === "EADDRINUSE") return `port ${port} is in use`;
  if (error.code === "ERR_SOCKET_BAD_PORT") return `${port} is no port: there are 0 to 65535`;
  if (error.code === "EACCES") return `port ${port} needs rights that this user lacks`;
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND")
    return `${host ?? "the address"} is no address of this machine`;
  return error.message;
}
