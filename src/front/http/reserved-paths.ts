// Front: the paths below `/_parlor/` of every server: health, readiness, metrics, and the client library.
import type { IncomingMessage } from "node:http";
import { fileURLToPath } from "node:url";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { HttpExchange } from "./exchange.ts";
import { StaticFiles } from "./static-files.ts";

/**
 * Every client sees the status of a server: load balancers come from elsewhere. The details are not for all. The client
 * library is for the pages of every site.
 */
export class ReservedPaths {
  readonly #source: StatusSource;
  readonly #pages: ReadonlyMap<string, Page>;
  readonly #library = new StaticFiles(LIBRARY_FOLDER);
  #isStopping = false;

  constructor(source: StatusSource) {
    this.#source = source;
    this.#pages = new Map([
      [HEALTH, this.#health],
      [READY, this.#ready],
      [METRICS, this.#metrics],
      [LIBRARY, this.#client],
    ]);
  }

  /** From now on the server is not ready. */
  stopping(): void {
    this.#isStopping = true;
  }

  /** Responds to a request for one of the paths; false if it is for another. */
  serve(path: string, exchange: HttpExchange, access: ReservedAccess): boolean {
    const page = this.#pages.get(path);
    if (page === undefined) return false;
    if (!isRead(exchange.req)) exchange.refuse(REFUSALS.METHOD_NOT_ALLOWED, READ_ONLY);
    else void this.#respond(page, exchange, access);
    return true;
  }

  async #respond(page: Page, exchange: HttpExchange, access: ReservedAccess): Promise<void> {
    try {
      await page(exchange, access);
    } catch {
      exchange.refuse(REFUSALS.INTERNAL_ERROR);
    }
  }

  readonly #health: Page = async (exchange, access) => {
    const maySeeAll = access.maySeeAll(exchange.req);
    const health = await this.#source.health();
    respond(
      exchange,
      health.status === "failing" ? 503 : 200,
      maySeeAll ? health : { status: health.status },
    );
  };

  readonly #ready: Page = async (exchange) => {
    if (this.#isStopping) respond(exchange, 503, { status: "stopping" });
    else respond(exchange, 200, { status: "ready" });
  };

  readonly #metrics: Page = async (exchange, access) => {
    if (!access.maySeeAll(exchange.req)) return exchange.refuse(access.refusal);
    const { text, contentType } = await this.#source.metrics();
    exchange.respond(200, text.trimEnd(), { ...PRIVATE, "content-type": contentType });
  };

  readonly #client: Page = async (exchange) => {
    const file = this.#library.find(LIBRARY_FILE);
    if (file === null) return exchange.refuse(REFUSALS.NOT_FOUND);
    for (const [name, value] of Object.entries(PUBLIC)) exchange.res.setHeader(name, value);
    this.#library.serve(file, exchange);
  };
}

/** Who may see the paths. */
export interface ReservedAccess {
  /** Whether a request may see everything; otherwise only the status. */
  maySeeAll(request: IncomingMessage): boolean;
  /** The response to a request that may not see a path. */
  readonly refusal: HttpRefusal;
}

/** What the paths show. Where several processes share a port, one source speaks for all of them. */
export interface StatusSource {
  /** The content of `GET /_parlor/health`, as JSON. A server whose status is `"failing"` responds with 503. */
  health(): Promise<{ readonly status: string }>;
  /** The content of `GET /_parlor/metrics`. */
  metrics(): Promise<{ readonly text: string; readonly contentType: string }>;
}

/** Whether a path shows how the server is: it responds to that however much it has to do. */
export function isStatus(url: string): boolean {
  return url.startsWith(`${ROOT}/`) && !url.startsWith(LIBRARY);
}

/** Whether a path is reserved: no script and no file is served there. */
export function isReserved(path: string): boolean {
  return path === ROOT || path.startsWith(`${ROOT}/`);
}

type Page = (exchange: HttpExchange, access: ReservedAccess) => Promise<void>;

const ROOT = "/_parlor";
const HEALTH = `${ROOT}/health`;
const READY = `${ROOT}/ready`;
const METRICS = `${ROOT}/metrics`;
const LIBRARY = `${ROOT}/client.js`;
/** The build writes it: three folders above src/front/http/ and dist/front/http/. */
const LIBRARY_FOLDER = fileURLToPath(new URL("../../../dist/client", import.meta.url));
const LIBRARY_FILE = "/browser.js";
const READ_ONLY = { allow: "GET, HEAD" } as const;
/** Browsers import modules of other sites only if these let them. */
const PUBLIC = {
  "access-control-allow-origin": "*",
  "cross-origin-resource-policy": "cross-origin",
} as const;
const PRIVATE = { "cache-control": "no-store" } as const;

function respond(exchange: HttpExchange, status: number, content: unknown): void {
  const headers = { ...PRIVATE, "content-type": "application/json" };
  exchange.respond(status, JSON.stringify(content), headers);
}

function isRead({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}
