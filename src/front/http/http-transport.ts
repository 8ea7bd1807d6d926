import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpCommands, ResponseHead } from "../../boundary/commands.ts";
import { errorText } from "../../boundary/errors.ts";
import type { RequestHead } from "../../boundary/events.ts";
import { REFUSALS } from "../../boundary/refusals.ts";
import { normalizePath } from "../../boundary/path.ts";
import type { Payload } from "../../boundary/payload.ts";
import { announcedBody, readBody } from "./request-body.ts";
import { HttpExchange } from "./exchange.ts";
import { headOf, type HttpRoute } from "./request-head.ts";
import { responseProblem } from "./response-check.ts";
import { answerClientError } from "./http-server.ts";
import { StaticFiles } from "./static-files.ts";
import type { RequestRef } from "../../boundary/refs.ts";
import type { Clock } from "../../boundary/clock.ts";

const READ_ONLY = { allow: "GET, HEAD" };
const HEALTH = "/_parlor/health";
const LINGER = 2000;

/** What the HTTP side of the front is made with. */
export interface HttpOptions {
  /** Bytes of a request's body above which it is refused. */
  readonly bodyLimit: number;
  /** Unsent bytes of one response above which it is cut. */
  readonly unsentLimit: number;
  /** Ms after which a request that a script has not begun to answer is answered 503. */
  readonly handlerTimeout: number;
  /** The folder of static files; null when there is none. */
  readonly publicDir: string | null;
  readonly clock: Clock;
  /** Whether `X-Forwarded-For` is believed. Default `false`. */
  readonly trustProxy?: boolean;
}

/** The HTTP side's own bounds. */
export const HTTP_DEFAULTS = {
  bodyLimit: 1024 * 1024,
  unsentLimit: 16 * 1024 * 1024,
  handlerTimeout: 60_000,
} as const satisfies Partial<HttpOptions>;

/** What the HTTP side asks and tells. */
export interface HttpListener {
  /** The script at a path, a refusal when it cannot serve, or null when there is none. */
  match(path: string): HttpRoute | { readonly status: number; readonly text: string } | null;
  /** A request for a script has arrived whole. */
  deliver(head: RequestHead, body: Uint8Array | null): void;
  /** The client of a delivered request has gone, or its time is over. Told once, and not after the answer's end. */
  abort(request: RequestRef, script: string): void;
  /** What `GET /_parlor/health` answers, as JSON. */
  health(): unknown;
  /** Something went wrong with a request; `script` had it, if any. */
  onFault(text: string, script: string | null): void;
}

/** Counted since the start. */
export interface HttpCounts {
  /** Delivered to scripts. */
  requests: number;
  /** Broken off before the end of the answer, by either side. */
  aborted: number;
  /** Cut because the client did not read. */
  cutSlow: number;
}

/** HTTP requests: those for scripts become events, all others are answered here. */
export class HttpTransport implements HttpCommands {
  readonly counts: HttpCounts = { requests: 0, aborted: 0, cutSlow: 0 };
  readonly #options: HttpOptions;
  readonly #listener: HttpListener;
  readonly #files: StaticFiles | null;
  readonly #delivered = new Map<RequestRef, HttpExchange>();
  readonly #bySocket = new Map<Duplex, Set<HttpExchange>>();
  #lastRef = 0;
  #isClosed = false;

  constructor(options: HttpOptions, listener: HttpListener) {
    this.#options = options;
    this.#listener = listener;
    this.#files = options.publicDir === null ? null : new StaticFiles(options.publicDir);
  }

  /** How many requests scripts have not finished to answer. */
  get open(): number {
    return this.#delivered.size;
  }

  /** For the server's `request` event. */
  readonly handle = (req: IncomingMessage, res: ServerResponse): void => this.#begin(req, res, false);

  /** For its `checkContinue` event: a body that will be refused is not asked for. */
  readonly handleContinue = (req: IncomingMessage, res: ServerResponse): void => this.#begin(req, res, true);

  /** For the `request` event of a program's own port: all its paths are the program's. */
  handleFor(route: HttpRoute, req: IncomingMessage, res: ServerResponse, asksToContinue: boolean): void {
    this.#begin(req, res, asksToContinue, route);
  }

  /** For its `clientError` event. */
  readonly handleClientError = (error: Error, socket: Duplex): void => {
    const exchanges = [...(this.#bySocket.get(socket) ?? [])];
    // Whatever were written now would be read as the answer to a request before.
    if (exchanges.some((exchange) => exchange.isAnswered || exchange.head !== null)) socket.destroy();
    else answerClientError(error, socket, this.#options.clock);
  };

  respond(request: RequestRef, head: ResponseHead): void {
    const exchange = this.#delivered.get(request);
    if (exchange === undefined || exchange.isEnded || exchange.isBegun) return;
    exchange.timer?.cancel();
    const problem = responseProblem(head);
    if (problem === null) return exchange.begin(head);
    const known = { ...about(exchange), ...problem, outcome: "the client got 500" };
    this.#fault(exchange, errorText("PARLOR_HTTP_RESPONSE", known));
    this.fail(request);
  }

  write(request: RequestRef, data: Payload | null, last: boolean): void {
    const exchange = this.#delivered.get(request);
    if (exchange === undefined || exchange.isEnded || !exchange.isBegun) return;
    if (exchange.unsentBytes > this.#options.unsentLimit) return this.#cutSlow(exchange);
    if (exchange.write(data, last)) return;
    const what = "a body that is not as long as its content-length";
    const known = {
      ...about(exchange),
      what,
      outcome: "the connection was cut",
      fix: "leave content-length out",
    };
    this.#fault(exchange, errorText("PARLOR_HTTP_RESPONSE", known));
    this.#cut(exchange);
  }

  /** The script will not answer any more: it did something fatal (500) or was interrupted (503). */
  fail(request: RequestRef, status = 500): void {
    this.#delivered.get(request)?.answer(status, status === 503 ? "try again later" : "the script failed");
  }

  /** Answers 503 to all that wait and to all that come; answers that have begun are cut. */
  close(): void {
    this.#isClosed = true;
    for (const exchange of this.#delivered.values())
      exchange.answer(503, "shutting down", { connection: "close" });
  }

  #begin(req: IncomingMessage, res: ServerResponse, asksToContinue: boolean, route?: HttpRoute): void {
    const exchange = this.#track(new HttpExchange(++this.#lastRef, req, res, asksToContinue));
    try {
      if (route === undefined || this.#isClosed) this.#route(exchange);
      else this.#receive(exchange, route);
    } catch (error) {
      this.#listener.onFault(`${req.method} ${req.url}: ${String(error)}`, route?.script ?? null);
      exchange.answer(500, "internal error");
    }
  }

  #route(exchange: HttpExchange): void {
    if (this.#isClosed) return exchange.answer(503, "shutting down", { connection: "close" });
    const path = normalizePath(exchange.req.url ?? "");
    if (path === null) return exchange.answer(404, "not found");
    if (path === HEALTH) return this.#health(exchange);
    const match = this.#listener.match(path);
    if (match === null) this.#serveFile(path, exchange);
    else if ("status" in match) exchange.answer(match.status, match.text);
    else this.#receive(exchange, match);
  }

  #health(exchange: HttpExchange): void {
    if (!isRead(exchange.req)) return exchange.refuse(REFUSALS.METHOD_NOT_ALLOWED, READ_ONLY);
    const json = JSON.stringify(this.#listener.health());
    exchange.answer(200, json, { "content-type": "application/json", "cache-control": "no-store" });
  }

  #serveFile(path: string, exchange: HttpExchange): void {
    const file = this.#files?.find(path) ?? null;
    if (this.#files === null || file === null) return exchange.refuse(REFUSALS.NOT_FOUND);
    if (!isRead(exchange.req)) return exchange.refuse(REFUSALS.METHOD_NOT_ALLOWED, READ_ONLY);
    this.#files.serve(file, exchange);
  }

  #receive(exchange: HttpExchange, route: HttpRoute): void {
    const { req } = exchange;
    const bodyLimit = route.bodyLimit ?? this.#options.bodyLimit;
    const head = headOf(req, exchange.ref, route, this.#options.trustProxy);
    if (head === null) return exchange.answer(400, "the Host header names no host", { connection: "close" });
    const announced = announcedBody(req, bodyLimit);
    if (announced === "too long") return this.#refuseBody(exchange, bodyLimit);
    exchange.proceed();
    if (announced === "none") return this.#deliver(exchange, head, null);
    readBody(req, bodyLimit, {
      complete: (body) => this.#deliver(exchange, head, body),
      tooLong: () => this.#refuseBody(exchange, bodyLimit),
    });
  }

  #deliver(exchange: HttpExchange, head: RequestHead, body: Uint8Array | null): void {
    if (this.#isClosed) return exchange.answer(503, "shutting down", { connection: "close" });
    exchange.head = head;
    exchange.timer = this.#options.clock.after(this.#options.handlerTimeout, () => this.#giveUp(exchange));
    this.#delivered.set(exchange.ref, exchange);
    this.counts.requests++;
    this.#listener.deliver(head, body);
  }

  #refuseBody(exchange: HttpExchange, bodyLimit: number): void {
    const text = `the body is longer than ${bodyLimit} bytes`;
    exchange.answerAndDrain(413, text, (end) => this.#options.clock.after(LINGER, end));
  }

  #giveUp(exchange: HttpExchange): void {
    const seconds = this.#options.handlerTimeout / 1000;
    this.#fault(exchange, errorText("PARLOR_HTTP_TIMEOUT", { ...about(exchange), seconds }));
    this.#listener.abort(exchange.ref, exchange.head?.script ?? "");
    this.fail(exchange.ref, 503);
  }

  #cutSlow(exchange: HttpExchange): void {
    this.counts.cutSlow++;
    const bytes = exchange.unsentBytes;
    this.#fault(exchange, errorText("PARLOR_HTTP_SLOW_READER", { ...about(exchange), bytes }));
    this.#cut(exchange);
  }

  // Forgotten at once: what the script has written already must not find it again.
  #cut(exchange: HttpExchange): void {
    exchange.cut();
    this.#forget(exchange);
  }

  #fault({ head }: HttpExchange, text: string): void {
    this.#listener.onFault(text, head?.script ?? null);
  }

  // A pipelined answer that waits for the one before is told nothing of its socket's end, so the socket is asked.
  #track(exchange: HttpExchange): HttpExchange {
    const { socket } = exchange.req;
    const exchanges = this.#bySocket.get(socket) ?? new Set();
    if (!this.#bySocket.has(socket)) {
      this.#bySocket.set(socket, exchanges);
      socket.once("close", () => this.#socketClosed(socket));
    }
    exchanges.add(exchange);
    exchange.res.once("close", () => this.#forget(exchange));
    // Whatever goes wrong with a connection, its close is told; unheard, an error would end the process.
    exchange.res.on("error", () => {});
    return exchange;
  }

  #socketClosed(socket: Duplex): void {
    for (const exchange of [...(this.#bySocket.get(socket) ?? [])]) this.#forget(exchange);
    this.#bySocket.delete(socket);
  }

  #forget(exchange: HttpExchange): void {
    this.#bySocket.get(exchange.req.socket)?.delete(exchange);
    exchange.timer?.cancel();
    if (!this.#delivered.delete(exchange.ref) || exchange.isEnded) return;
    exchange.isEnded = true;
    this.counts.aborted++;
    this.#listener.abort(exchange.ref, exchange.head?.script ?? "");
  }
}

function isRead({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}

function about({ head, req }: HttpExchange): { script: string; method: string; path: string } {
  const path = normalizePath(req.url ?? "") ?? "";
  return { script: head?.script ?? "", method: req.method ?? "", path };
}
