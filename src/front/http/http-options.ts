// Front: the options of the HTTP transport, and what it asks its owner.
import type { IncomingMessage } from "node:http";
import type { HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";
import type { Activity } from "../activity.ts";
import type { HttpExchange } from "./exchange.ts";
import type { ExchangeLimits } from "./open-exchanges.ts";
import type { ProxyTrust } from "./proxy-trust.ts";
import type { ScriptTarget } from "./request-head.ts";
import type { ReservedAccess, StatusSource } from "./reserved-paths.ts";
import type { ScriptExchangeLimits, ScriptExchangeListener } from "./script-exchanges.ts";
import type { PublicFolder } from "./static-files.ts";

/** Bounds and choices of the HTTP transport. */
export interface HttpOptions extends ScriptExchangeLimits, Partial<Omit<ExchangeLimits, "clock">> {
  /** Bytes of a request's body above which it is refused; a script may have its own. */
  readonly bodyLimit: number;
  /** The folder of static files; null when there is none. */
  readonly publicDir: string | PublicFolder | null;
  /** The proxies whose headers are believed. Default: none. */
  readonly proxies?: ProxyTrust;
  /** Whether a browser that opens a WebSocket route gets a page that says how to connect. Default `false`. */
  readonly isDev?: boolean;
  /** Which hosts requests may name. Default: any. */
  readonly hosts?: HostCheck;
  /** Who may see the paths below `/_parlor/`: on the server's own port, and on that of `admin`. */
  readonly access: { readonly own: ReservedAccess; readonly adminPort: ReservedAccess };
  /** The server's own pages; left out when it has none. */
  readonly pages?: OwnPages | undefined;
}

/** Pages that the server itself has, besides the health report. */
export interface OwnPages {
  /** Responds to a request for one of them; false if the path is another. */
  serve(path: string, exchange: HttpExchange): boolean;
  /** Responds to a request for `/`, which nothing else serves; false if it does not. */
  serveHome(exchange: HttpExchange): boolean;
}

/** Refuses requests by their `Host`. */
export interface HostCheck {
  /** Why a request is refused; null when its host is allowed. */
  refusalOf(request: Pick<IncomingMessage, "headers">): HttpRefusal | null;
}

/** The questions of the HTTP transport, and the events that it reports. */
export interface HttpListener extends ScriptExchangeListener {
  /** The script at a path, a refusal when the script cannot serve, or null when no script serves it. */
  match(path: string): ScriptTarget | HttpRefusal | null;
  /** Why a path without an HTTP script and without a file has no response. */
  absence(path: string): HttpRefusal;
  /** Is notified of each request; null for none. */
  readonly activity?: Activity | null;
  /** Whether so much waits for a script that it gets no more requests. */
  isBusy?(script: ScriptKey): boolean;
  /** The source of the pages below `/_parlor/`. */
  readonly source: StatusSource;
  /** A response has ended, or its connection has; see `HttpExchange` for `route` and `status`. */
  readonly onClosed?: ((route: string, status: number, ms: number) => void) | undefined;
}
