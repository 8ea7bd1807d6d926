// Front: HTTP requests. Those for scripts become events; files, the health page and refusals are responded to here.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { codedText } from "../../boundary/errors.ts";
import type { RequestHead } from "../../boundary/events.ts";
import { normalizePath } from "../../boundary/text/path.ts";
import type { RequestRef } from "../../boundary/refs.ts";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import { HttpExchange } from "./exchange.ts";
import { respondToClientError } from "./http-server.ts";
import { OpenExchanges } from "./open-exchanges.ts";
import { announcedBody, readBody } from "./request-body.ts";
import { headOf, type ScriptTarget } from "./request-head.ts";
import {
  ScriptExchanges,
  type ScriptExchangeLimits,
  type ScriptExchangeListener,
} from "./script-exchanges.ts";
import { StaticFiles } from "./static-files.ts";

/** Handles the events of `node:http` servers. A request's path goes to a script first, then to a static file. */
export class HttpTransport {
  /** What scripts respond goes here. */
  readonly scripts: ScriptExchanges;
  readonly #options: HttpOptions;
  readonly #listener: HttpListener;
  readonly #files: StaticFiles | null;
  readonly #open: OpenExchanges;
  #lastRef: RequestRef = 0;
  #isClosed = false;

  constructor(options: HttpOptions, listener: HttpListener) {
    this.#options = options;
    this.#listener = listener;
    this.#files = options.publicDir === null ? null : new StaticFiles(options.publicDir);
    this.scripts = new ScriptExchanges(options, listener);
    this.#open = new OpenExchanges(this.scripts);
  }

  /** For the server's `request` event. */
  readonly handle = (req: IncomingMessage, res: ServerResponse): void => this.#start(req, res, false);

  /** For its `checkContinue` event: a body that will be refused is not asked for. */
  readonly handleContinue = (req: IncomingMessage, res: ServerResponse): void => this.#start(req, res, true);

  /** For the `request` event of a program's own port: all its paths are the program's. */
  handleFor(target: ScriptTarget, req: IncomingMessage, res: ServerResponse, asksToContinue: boolean): void {
    this.#start(req, res, asksToContinue, target);
  }

  /** For its `clientError` event. */
  readonly handleClientError = (error: Error, socket: Duplex): void => {
    const exchanges = this.#open.on(socket);
    // Anything written now would be read as the response to an earlier request.
    if (exchanges.some((exchange) => exchange.hasSentHead || exchange.head !== null)) socket.destroy();
    else respondToClientError(error, socket, this.#options.clock);
  };

  /** Responds 503 to all requests that wait or come later; responses that have started are cut. */
  close(): void {
    this.#isClosed = true;
    this.scripts.close();
  }

  #start(req: IncomingMessage, res: ServerResponse, asksToContinue: boolean, target?: ScriptTarget): void {
    this.#lastRef += 1;
    const exchange = new HttpExchange(this.#lastRef, req, res, asksToContinue);
    this.#open.add(exchange);
    try {
      if (target === undefined || this.#isClosed) this.#route(exchange);
      else this.#receive(exchange, target);
    } catch (error) {
      const about = { method: req.method ?? "", path: req.url ?? "", error: String(error) };
      this.#listener.onFault(codedText("PARLOR_HTTP_FAILED", about), target?.script ?? null);
      exchange.refuse(REFUSALS.INTERNAL_ERROR);
    }
  }

  #route(exchange: HttpExchange): void {
    if (this.#isClosed) return exchange.refuse(REFUSALS.SHUTTING_DOWN, CLOSE);
    const path = normalizePath(exchange.req.url ?? "");
    if (path === null) return exchange.refuse(REFUSALS.NOT_FOUND);
    if (path === HEALTH) return this.#health(exchange);
    const match = this.#listener.match(path);
    if (match === null) this.#serveFile(path, exchange);
    else if ("status" in match) exchange.refuse(match);
    else this.#receive(exchange, match);
  }

  #health(exchange: HttpExchange): void {
    if (!isRead(exchange.req)) return exchange.refuse(REFUSALS.METHOD_NOT_ALLOWED, READ_ONLY);
    const json = JSON.stringify(this.#listener.health());
    exchange.respond(200, json, { "content-type": "application/json", "cache-control": "no-store" });
  }

  #serveFile(path: string, exchange: HttpExchange): void {
    const file = this.#files?.find(path) ?? null;
    if (this.#files === null || file === null) return exchange.refuse(REFUSALS.NOT_FOUND);
    if (!isRead(exchange.req)) return exchange.refuse(REFUSALS.METHOD_NOT_ALLOWED, READ_ONLY);
    this.#files.serve(file, exchange);
  }

  #receive(exchange: HttpExchange, target: ScriptTarget): void {
    const { req } = exchange;
    const bodyLimit = target.bodyLimit ?? this.#options.bodyLimit;
    const head = headOf(req, exchange.ref, target, this.#options.trustProxy);
    if (head === null) return exchange.refuse(REFUSALS.BAD_HOST, CLOSE);
    const announced = announcedBody(req, bodyLimit);
    if (announced === "too long") return this.#refuseBody(exchange, bodyLimit);
    exchange.proceed();
    if (announced === "none") return this.#deliver(exchange, head, null);
    readBody(req, bodyLimit, {
      complete: (body) => this.#deliver(exchange, head, body),
      tooLong: () => this.#refuseBody(exchange, bodyLimit),
    });
  }

  // The body may have arrived after the close.
  #deliver(exchange: HttpExchange, head: RequestHead, body: Uint8Array | null): void {
    if (this.#isClosed) return exchange.refuse(REFUSALS.SHUTTING_DOWN, CLOSE);
    this.scripts.deliver(exchange, head, body);
  }

  #refuseBody(exchange: HttpExchange, bodyLimit: number): void {
    const { status, text } = REFUSALS.BODY_TOO_LONG;
    const refusal = { status, text: text.replace("{limit}", String(bodyLimit)) };
    exchange.refuseAndDrain(refusal, (end) => this.#options.clock.after(DRAIN_TIME, end));
  }
}

/** Bounds and choices of the HTTP transport. */
export interface HttpOptions extends ScriptExchangeLimits {
  /** Bytes of a request's body above which it is refused; a script may have its own. */
  readonly bodyLimit: number;
  /** The folder of static files; null when there is none. */
  readonly publicDir: string | null;
  /** Whether `X-Forwarded-For` is believed. Default `false`. */
  readonly trustProxy?: boolean;
}

/** What the HTTP transport asks, and whom it notifies. */
export interface HttpListener extends ScriptExchangeListener {
  /** The script at a path, a refusal when the script cannot serve, or null when no script serves it. */
  match(path: string): ScriptTarget | HttpRefusal | null;
  /** The content of `GET /_parlor/health`, as JSON. */
  health(): unknown;
}

const HEALTH = "/_parlor/health";
const CLOSE = { connection: "close" } as const;
const READ_ONLY = { allow: "GET, HEAD" } as const;
/** For how long a body that is not wanted is read, so that its client can read the refusal; ms. */
const DRAIN_TIME = 2000;

function isRead({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}
