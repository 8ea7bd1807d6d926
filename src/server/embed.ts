// Server: `createServer`, for a program whose routes are functions.
import type { Server } from "node:http";
import type { HttpHandlers, RouteHandlers } from "../../types/diesel.d.ts";
import { ParlorError } from "../boundary/errors.ts";
import type { ParlorConfig } from "../config.ts";
import { standardLog, type Log } from "../log.ts";
import { realClock, realLoop } from "../real-clock.ts";
import { formatProblem } from "../load/files/app-problem.ts";
import { embeddedRoutes, embeddedWarnings } from "./embedded-routes.ts";
import { certificateOf } from "./engine/certificate.ts";
import { Engine } from "./engine/engine.ts";
import { inlineHost } from "./engine/inline-hosts.ts";
import { limitsOf, resolveConfig } from "./engine/options.ts";
import type { OverloadListener } from "./engine/overload.ts";
import { ParlorServer, type ServedScripts } from "./engine/parlor-server.ts";
import { ServerPort } from "./engine/server-port.ts";

/**
 * Makes a server whose routes are functions of this program. They run in this thread, through the same boundary as
 * scripts. The server does not listen yet.
 *
 * @throws ParlorError `PARLOR_OPTION` if an option or a route's pattern is wrong, `PARLOR_SCRIPT_CONTRACT` if a route's
 * handlers are, `PARLOR_TLS` if the files of `tls` cannot be used; their paths start at the working folder.
 * @example
 * const server = createServer({
 *   port: 0,
 *   routes: { "/ws/echo": { onMessage: (session, text) => session.send(text) } },
 * });
 * await server.listen();
 */
export function createServer(options: EmbedOptions): ParlorServer {
  const { routes = {}, http = {}, server = null, publicDir = null, ...rest } = options;
  const { log: givenLog, onOverload = () => undefined, ...settings } = rest;
  const config = resolveConfig(settings, "createServer");
  if (server !== null && (Object.keys(http).length > 0 || publicDir !== null)) {
    throw new ParlorError("PARLOR_OPTION/server", {});
  }
  if (config.cluster !== null) throw new ParlorError("PARLOR_OPTION/cluster", {});
  if (server !== null && config.tls !== null) throw new ParlorError("PARLOR_OPTION/tls", {});
  const log = givenLog ?? standardLog(config);
  const certificate = certificateOf(config.tls, { dir: ".", log });
  const time = { clock: realClock, loop: realLoop };
  const site = { publicDir };
  const engine = new Engine({ config, log, site, hosts: { makeHost: inlineHost }, ...time, onOverload });
  for (const warning of embeddedWarnings({ routes, http }))
    log.warn({ code: warning.code }, formatProblem(warning));
  void engine.installer.install(embeddedRoutes({ routes, http }, limitsOf(config)));
  const port = new ServerPort(engine, config, { server, certificate });
  return new ParlorServer({ engine, config, port, log, scripts: EMBEDDED });
}

/** The options of `createServer`: those of the configuration, the routes, and where they are served. */
export interface EmbedOptions extends ParlorConfig {
  /** WebSocket routes by pattern: `{ "/ws/chat": { onMessage(session, text) { ... } } }`. */
  readonly routes?: Readonly<Record<string, RouteHandlers>>;
  /** HTTP paths by pattern: `{ "/time": { GET: () => Response.json(Date.now()) } }`. Not together with `server`. */
  readonly http?: Readonly<Record<string, HttpHandlers>>;
  /** A `node:http` server to attach to, which the program starts and stops. Default: Parlor makes one. */
  readonly server?: Server;
  /** A folder of static files, served where no HTTP path is. Not together with `server`. Default: none. */
  readonly publicDir?: string;
  /** Where the log goes. Default: the standard error stream, in the form that `logFormat` says. */
  readonly log?: Log;
  /** Called when the ticks of a route start to overrun their period. */
  readonly onOverload?: OverloadListener;
}

/** A program's routes have no folder: they cannot be reloaded, and have no tasks. */
const EMBEDDED: ServedScripts = {
  async reload(route?: string): Promise<void> {
    if (route !== undefined) throw new ParlorError("PARLOR_ROUTE_UNKNOWN/embedded", { route });
  },
  async runTask(name: string): Promise<never> {
    throw new ParlorError("PARLOR_TASK_UNKNOWN/none", { name });
  },
};
