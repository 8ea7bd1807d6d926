import type { Server } from "node:http";
import type { HttpHandlers, RouteHandlers } from "../../types/diesel.d.ts";
import type { ParlorConfig } from "../config.ts";
import type { Contract } from "../host/api/dialect.ts";
import { ParlorError } from "../boundary/errors.ts";
import { shapeOf } from "../boundary/shape.ts";
import { dialects } from "../dialects/index.ts";
import { jsonLog, type Log } from "../log.ts";
import type { HostSpec, ScriptSpec } from "../boundary/host-spec.ts";
import { inlineHost } from "./inline-hosts.ts";
import { realClock, realLoop } from "../real-clock.ts";
import { Engine } from "./engine.ts";
import { EMPTY_DEPLOYMENT, type Deployment } from "./deployment.ts";
import { limitsOf, resolveConfig } from "./options.ts";
import type { OverloadListener } from "./overload.ts";
import { ParlorServer } from "./parlor-server.ts";
import { Pusher } from "./pusher.ts";
import { patternProblem } from "../front/ingress/router.ts";
import type { RouteRow } from "./rows.ts";
import type { ScriptInfo } from "../boundary/script-info.ts";

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
  /** Where the log goes. Default: JSON lines on the standard error stream. */
  readonly log?: Log;
  /** Called when the ticks of a route start to overrun their period. */
  readonly onOverload?: OverloadListener;
}

/**
 * Makes a server whose routes are functions of this program. They run in this thread, through the same boundary as
 * scripts. The server does not listen yet.
 *
 * @throws ParlorError `PARLOR_OPTION` if an option or a route's pattern is wrong, `PARLOR_SCRIPT_CONTRACT` if a route's
 * handlers are.
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
  const log = givenLog ?? jsonLog(config.logLevel);
  const engine = new Engine({
    config,
    log,
    publicDir,
    hosts: { makeHost: inlineHost },
    clock: realClock,
    loop: realLoop,
    onOverload,
  });
  const scripts = [
    ...Object.entries(routes).map(([route, module]) => scriptOf("ws", route, { ...module })),
    ...Object.entries(http).map(([route, module]) => scriptOf("http", route, { ...module })),
  ];
  const spec: HostSpec = { name: "http", scripts, shared: [], limits: limitsOf(config) };
  void engine.installer.install(installationOf(spec));
  const nothing = (): Promise<void> => Promise.resolve();
  const reload = (route?: string): Promise<void> =>
    route === undefined
      ? nothing()
      : Promise.reject(new ParlorError("PARLOR_ROUTE_UNKNOWN/embedded", { route }));
  const runTask = (name: string): Promise<never> =>
    Promise.reject(new ParlorError("PARLOR_TASK_UNKNOWN/none", { name }));
  const pusher = new Pusher(engine.front);
  return new ParlorServer({ engine, config, pusher, server, runTask, reload, end: nothing });
}

function installationOf(spec: HostSpec): Deployment {
  return { ...EMPTY_DEPLOYMENT, rows: spec.scripts.map(rowOf), hosts: new Map([[spec.name, spec]]) };
}

function rowOf({ info }: ScriptSpec): RouteRow {
  const { route, name, tickRate, version } = info;
  const kind = info.kind === "ws" ? "ws" : "http";
  return {
    kind,
    route,
    script: name,
    state: "route",
    thread: "-",
    tickRate,
    schedule: null,
    status: "ok",
    version,
  };
}

function scriptOf(kind: "ws" | "http", route: string, module: Record<string, unknown>): ScriptSpec {
  if (!route.startsWith("/")) {
    throw new ParlorError("PARLOR_OPTION/slash", { route });
  }
  refuseWrongPattern(route);
  const { handlers, tickRate, runOptions } = contractOf(kind, route, module);
  const info: ScriptInfo = {
    kind,
    name: route,
    route,
    version: "",
    dialect: "diesel",
    scope: "route",
    tickRate,
    ...(runOptions === undefined ? {} : { runOptions }),
    exports: handlers,
  };
  return { info, source: null, module };
}

// Said here, because installing happens behind the caller's back.
function refuseWrongPattern(route: string): void {
  const why = patternProblem(route);
  if (why === null) return;
  throw new ParlorError("PARLOR_OPTION/pattern", { route, why });
}

function contractOf(kind: "ws" | "http", route: string, module: Record<string, unknown>): Contract {
  const verdict = dialects.get("diesel")?.check(kind, shapeOf(module)) ?? {
    problems: ["no dialect serves it"],
  };
  if ("problems" in verdict)
    throw new ParlorError("PARLOR_SCRIPT_CONTRACT", { file: route, problem: verdict.problems[0] ?? "" });
  return verdict;
}
