// Server: the playground of `parlor dev`: its page, and the state that it shows, for this machine only.
import { fileURLToPath } from "node:url";
import type { IncomingMessage } from "node:http";
import { REFUSALS } from "../../boundary/errors/refusals.ts";
import { normalizePath } from "../../boundary/text/path.ts";
import type { Clock } from "../../boundary/clock.ts";
import type { HttpExchange } from "../../front/http/exchange.ts";
import type { OwnPages } from "../../front/http/http-options.ts";
import { StaticFiles } from "../../front/http/static-files.ts";
import { FeedSockets } from "../../front/websocket/feed-sockets.ts";
import type { Arrival } from "../../front/websocket/handshake.ts";
import { refuseUpgrade } from "../../front/websocket/refuse-upgrade.ts";
import { asksForWebSocket } from "../../front/websocket/declined-upgrade.ts";
import { mayOpen, mayRead } from "./access.ts";
import { Feed } from "./feed.ts";
import type { Sections } from "./snapshot.ts";

/** Serves `/_parlor/` with the files of the page, `/_parlor/events`, and `/` where the app has no page of its own. */
export class Playground implements OwnPages {
  readonly #feed: Feed;
  readonly #sockets = new FeedSockets();
  readonly #files = new StaticFiles(PAGES);

  /** `take` reads the state that is shown. */
  constructor(clock: Clock, take: () => Sections) {
    this.#feed = new Feed(clock, take);
  }

  /** Responds to a request for one of these paths; false if it is for another. */
  serve(path: string, exchange: HttpExchange): boolean {
    if (path === EVENTS) this.#respond(exchange);
    else if (path === ROOT) exchange.respond(301, `see ${ROOT}/`, { location: `${ROOT}/` });
    else if (path === `${ROOT}/`) this.#serveFile(INDEX, exchange);
    else if (path.startsWith(ASSETS)) this.#serveFile(path.slice(ROOT.length), exchange);
    else return false;
    return true;
  }

  /** Responds to a request for `/`, which the app does not serve; false if it is not for this machine. */
  serveHome(exchange: HttpExchange): boolean {
    if (!mayOpen(exchange.req) || !isRead(exchange.req)) return false;
    this.#serveFile(INDEX, exchange);
    return true;
  }

  /** Takes a handshake for the events; false if it is for another path. */
  upgrade(arrival: Arrival): boolean {
    const { request, socket } = arrival;
    if (!asksForWebSocket(request) || normalizePath(request.url ?? "") !== EVENTS) return false;
    if (!mayRead(request)) refuseUpgrade(socket, REFUSALS.LOCAL_ONLY);
    else if (this.#sockets.size >= MOST_SUBSCRIBERS) refuseUpgrade(socket, REFUSALS.SUBSCRIBERS_FULL);
    else this.#sockets.upgrade(arrival, this.#feed.add);
    return true;
  }

  end(): void {
    this.#feed.end();
    this.#sockets.close();
  }

  #respond(exchange: HttpExchange): void {
    if (!mayRead(exchange.req)) return exchange.refuse(REFUSALS.LOCAL_ONLY);
    if (!isRead(exchange.req)) return exchange.refuse(REFUSALS.METHOD_NOT_ALLOWED, READ_ONLY);
    exchange.respond(200, this.#feed.snapshot(), { "content-type": "application/json", ...PRIVATE });
  }

  #serveFile(name: string, exchange: HttpExchange): void {
    const { req, res } = exchange;
    if (!mayOpen(req)) return exchange.refuse(REFUSALS.LOCAL_ONLY);
    if (!isRead(req)) return exchange.refuse(REFUSALS.METHOD_NOT_ALLOWED, READ_ONLY);
    const file = this.#files.find(name);
    if (file === null) return exchange.refuse(REFUSALS.NOT_FOUND);
    for (const [header, value] of Object.entries({ ...PRIVATE, ...PAGE_HEADERS }))
      res.setHeader(header, value);
    this.#files.serve(file, exchange);
  }
}

const ROOT = "/_parlor";
const EVENTS = `${ROOT}/events`;
const ASSETS = `${ROOT}/playground/`;
const INDEX = "/playground/index.html";

/** The published pages: three folders above src/server/playground/ and dist/server/playground/. */
const PAGES = fileURLToPath(new URL("../../../pages", import.meta.url));

const MOST_SUBSCRIBERS = 16;

const READ_ONLY = { allow: "GET, HEAD" } as const;
const PRIVATE = { "cache-control": "no-store", "cross-origin-resource-policy": "same-origin" } as const;

/** All that the page shows comes from scripts and clients: none of it may run. */
const PAGE_HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self' ws://localhost:* ws://127.0.0.1:*",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "referrer-policy": "no-referrer",
} as const;

function isRead({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}
