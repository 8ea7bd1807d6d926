// Front: where each HTTP request goes: to a script, a file, a page of the server, or nowhere.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { codedText } from "../../boundary/errors.ts";
import { loggedPath, normalizePath } from "../../boundary/text/path.ts";
import type { RequestRef } from "../../boundary/refs.ts";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import { CONNECT_PAGE_HEADERS, connectPage, wantsPage } from "./connect-page.ts";
import { loggedError } from "../../logged-error.ts";
import { HttpExchange } from "./exchange.ts";
import { exceeded, exceededBy } from "./exceeded.ts";
import { isOfRequest, respondToClientError, versionProblem } from "./http-server.ts";
import { BodyBudget } from "./body/body-budget.ts";
import type { HttpListener, HttpOptions } from "./http-options.ts";
import { OpenExchanges } from "./open-exchanges.ts";
import { requestUrl, type ScriptTarget } from "./request-head.ts";
import { ScriptExchanges } from "./script-exchanges.ts";
import { ScriptRequests } from "./script-requests.ts";
import { isReserved, isStatus, ReservedPaths, type ReservedAccess } from "./reserved-paths.ts";
import { ProxyTrust } from "./proxy-trust.ts";
import { StaticFiles } from "./static-files.ts";

/** Handles the events of `node:http` servers. A request's path goes to a script first, then to a static file. */
export class HttpTransport {
  /** What scripts respond goes here. */
  readonly scripts: ScriptExchanges;
  /** The server's own paths. */
  readonly reserved: ReservedPaths;
  readonly #options: HttpOptions;
  readonly #listener: HttpListener;
  readonly #files: StaticFiles | null;
  readonly #open: OpenExchanges;
  readonly #requests: ScriptRequests;
  readonly #proxies: ProxyTrust;
  #lastRef: RequestRef = 0;
  #isLeaving = false;
  #isClosed = false;

  constructor(options: HttpOptions, listener: HttpListener) {
    this.#options = options;
    this.#listener = listener;
    this.reserved = new ReservedPaths(listener.source);
    this.#proxies = options.proxies ?? new ProxyTrust(false);
    this.#files = options.publicDir === null ? null : new StaticFiles(options.publicDir);
    const onWritten = (bytes: number): void => this.#open.wrote(bytes);
    this.scripts = new ScriptExchanges({ ...options, onWritten }, listener);
    this.#open = new OpenExchanges({ closed: this.#closed }, { ...HTTP_BOUNDS, ...options });
    this.#requests = new ScriptRequests({
      ...options,
      scripts: this.scripts,
      proxies: this.#proxies,
      bodies: new BodyBudget(options.bodyTotal ?? HTTP_BOUNDS.bodyTotal),
      isBusy: (script) => listener.isBusy?.(script) === true,
      note: this.#note,
    });
  }

  /** For the server's `request` event. */
  readonly handle = (req: IncomingMessage, res: ServerResponse): void => this.#start(req, res, false);

  /** For the `request` event of the port of `admin`: it has the paths below `/_parlor/` only. */
  readonly handleAdmin = (req: IncomingMessage, res: ServerResponse): void => {
    const exchange = this.#made(req, res, false);
    this.#open.admit({ exchange, isOwn: true, start: () => this.#serveAdmin(exchange) });
  };

  /** For its `checkContinue` event: a body that will be refused is not asked for. */
  readonly handleContinue = (req: IncomingMessage, res: ServerResponse): void => this.#start(req, res, true);

  /** For the `request` event of a program's own port: all its paths are the program's. */
  handleFor(target: ScriptTarget, req: IncomingMessage, res: ServerResponse, asksToContinue: boolean): void {
    this.#start(req, res, asksToContinue, target);
  }

  /** Whether an HTTP script or a file is at a path, as `normalizePath` returns it. */
  serves(path: string): boolean {
    return this.#listener.match(path) !== null || (this.#files?.find(path) ?? null) !== null;
  }

  /**
   * Whether requests of a connection have no complete response yet. `then` is called when they have, unless the client
   * goes before.
   */
  awaitsResponse(socket: Duplex, then: () => void): boolean {
    const last = this.#open.last(socket);
    if (last !== undefined) this.#open.passDrains(socket);
    last?.res.once("close", then);
    return last !== undefined;
  }

  /** For its `clientError` event. */
  readonly handleClientError = (error: Error, socket: Duplex): void => {
    const { clock } = this.#options;
    const name = exceededBy(error);
    if (name !== null) this.#options.onLimit?.(name, 0, (socket as Socket).remoteAddress ?? "");
    const respond = (): void => respondToClientError(error, socket, clock);
    const [first, second] = this.#open.on(socket);
    if (first === undefined) return respond();
    if (isOfRequest(error) && this.#open.last(socket)?.req.complete === true)
      return this.#open.breakOff(socket, respond);
    // Anything written now would be read as the response to an earlier request.
    if (second !== undefined || first.hasSentHead || first.head !== null) socket.destroy();
    else respond();
  };

  /** The server is about to stop: it is not ready, and a connection ends with the response to its request. */
  leave(): void {
    this.#isLeaving = true;
    this.reserved.stopping();
  }

  /** Responds 503 to all requests that wait or come later; responses that have started are cut. */
  close(): void {
    this.#isClosed = true;
    this.#requests.close();
    this.scripts.close();
  }

  #start(req: IncomingMessage, res: ServerResponse, asksToContinue: boolean, target?: ScriptTarget): void {
    const exchange = this.#made(req, res, asksToContinue);
    // A server with too much to do still says how it is.
    const isOwn = isStatus(req.url ?? "");
    this.#open.admit({ exchange, isOwn, start: (refusal) => this.#begin(exchange, refusal, target) });
  }

  #begin(exchange: HttpExchange, tooMany: HttpRefusal | null, target?: ScriptTarget): void {
    const { req, res } = exchange;
    this.#listener.activity?.requested(exchange);
    if (this.#isLeaving) res.shouldKeepAlive = false;
    if (tooMany !== null) {
      this.#note(exchange, tooMany, this.#open.maxRequests);
      return exchange.refuse(tooMany, BUSY);
    }
    const foreign = versionProblem(req) ?? this.#options.hosts?.refusalOf(req) ?? null;
    if (foreign !== null) return exchange.refuse(foreign, CLOSE);
    try {
      if (target === undefined || this.#isClosed) this.#route(exchange);
      else this.#requests.receive(exchange, target);
    } catch (error) {
      const about = { method: req.method ?? "", path: loggedPath(req.url ?? ""), error: String(error) };
      const fields = {
        method: about.method,
        path: about.path,
        status: REFUSALS.INTERNAL_ERROR.status,
        err: loggedError(error),
      };
      this.#listener.onFault(codedText("PARLOR_HTTP_FAILED", about), target?.script ?? null, fields);
      exchange.refuse(REFUSALS.INTERNAL_ERROR);
    }
  }

  // A limit was exceeded.
  readonly #note = ({ req }: HttpExchange, refusal: HttpRefusal, limit: number): void => {
    const name = exceeded(refusal);
    if (name !== null) this.#options.onLimit?.(name, limit, this.#proxies.identityOf(req).address);
  };

  #made(req: IncomingMessage, res: ServerResponse, asksToContinue: boolean): HttpExchange {
    this.#lastRef += 1;
    const exchange = new HttpExchange(this.#lastRef, req, res, asksToContinue);
    exchange.startedAt = this.#options.clock.ticks();
    return exchange;
  }

  readonly #closed = (exchange: HttpExchange): void => {
    this.scripts.closed(exchange);
    const ms = this.#options.clock.ticks() - exchange.startedAt;
    this.#listener.onClosed?.(exchange.route, exchange.status, ms);
  };

  #route(exchange: HttpExchange): void {
    if (this.#isClosed) return exchange.refuse(REFUSALS.SHUTTING_DOWN, CLOSE);
    const path = normalizePath(exchange.req.url ?? "");
    if (path === null) return exchange.refuse(REFUSALS.NOT_FOUND);
    if (isReserved(path)) return this.#serveReserved(path, exchange, this.#options.access.own);
    const match = this.#listener.match(path);
    if (match === null) this.#serveFile(path, exchange);
    else if ("status" in match) exchange.refuse(match);
    else this.#requests.receive(exchange, match);
  }

  #serveAdmin(exchange: HttpExchange): void {
    const path = normalizePath(exchange.req.url ?? "");
    if (path === null || !isReserved(path)) exchange.refuse(REFUSALS.NOT_FOUND);
    else this.#serveReserved(path, exchange, this.#options.access.adminPort);
  }

  #serveReserved(path: string, exchange: HttpExchange, access: ReservedAccess): void {
    exchange.route = OWN_PAGES;
    if (this.reserved.serve(path, exchange, access)) return;
    if (this.#options.pages?.serve(path, exchange) === true) return;
    exchange.refuse(access.maySeeAll(exchange.req) ? REFUSALS.NOT_FOUND : access.refusal);
  }

  #serveFile(path: string, exchange: HttpExchange): void {
    const file = this.#files?.find(path) ?? null;
    if (this.#files === null || file === null) return this.#refuseMissing(path, exchange);
    if (!isRead(exchange.req)) return exchange.refuse(REFUSALS.METHOD_NOT_ALLOWED, READ_ONLY);
    exchange.route = FILES;
    this.#files.serve(file, exchange);
  }

  // The path may be that of a WebSocket script, or of one that does not load.
  #refuseMissing(path: string, exchange: HttpExchange): void {
    if (path === "/" && this.#options.pages?.serveHome(exchange) === true) return;
    const refusal = this.#listener.absence(path);
    const { req } = exchange;
    if (refusal !== REFUSALS.UPGRADE_REQUIRED || this.#options.isDev !== true || !wantsPage(req))
      return exchange.refuse(refusal);
    const url = requestUrl(req, this.#proxies.identityOf(req))?.replace(/^http/, "ws");
    if (url === undefined) return exchange.refuse(REFUSALS.BAD_HOST, CLOSE);
    exchange.refuse({ ...refusal, text: connectPage(url) }, CONNECT_PAGE_HEADERS);
  }
}

/** In place of a route's pattern, where no script responds. */
const FILES = "(files)";
const OWN_PAGES = "(parlor)";
const CLOSE = { connection: "close" } as const;
const BUSY = { ...CLOSE, "retry-after": "1" } as const;
/** The bounds where no others are given. */
const HTTP_BOUNDS = {
  maxRequests: 10_000,
  unsentTotal: 128 * 1024 * 1024,
  unsentTimeout: 30_000,
  bodyTotal: 64 * 1024 * 1024,
} as const;
const READ_ONLY = { allow: "GET, HEAD" } as const;

function isRead({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}
