import type { Server } from "node:http";
import type { ParlorConfig } from "../config.ts";
import type { Contract } from "../host/api/dialect.ts";
import { ParlorError } from "../boundary/errors.ts";
import { shapeOf } from "../boundary/shape.ts";
import type { UpgradeRequest } from "../dialects/diesel/api/upgrade-request.ts";
import type { RealtimeRoomProxy } from "../dialects/diesel/api/realtime-room-proxy.ts";
import type { WebSocketSession } from "../dialects/diesel/api/web-socket-session.ts";
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

/** The handlers of a WebSocket route: what a script in `ws/` exports. */
export interface RouteHandlers {
  onUpgrade?(request: UpgradeRequest): unknown;
  onOpen?(session: WebSocketSession): unknown;
  onMessage?(session: WebSocketSession, message: string): unknown;
  onBinary?(session: WebSocketSession, bytes: Uint8Array): unknown;
  onClose?(session: WebSocketSession): unknown;
  onError?(session: WebSocketSession | null, error: unknown): unknown;
  onTick?(room: RealtimeRoomProxy, deltaMs: number, tick: number): unknown;
  /** Ticks per second: makes the route a real-time one. */
  readonly tickRate?: number;
  /** What becomes of ticks that come too late. Default `"skip"`. */
  readonly overload?: "skip" | "catch-up";
  /** How many late ticks are made up for at most. */
  readonly catchUpLimit?: number;
  /** Whether ticks go on while nobody is connected. Default `false`. */
  readonly tickWhenEmpty?: boolean;
  /** Whether every tick is told exactly one period. Default `false`. */
  readonly fixedDelta?: boolean;
}

/** What answers the requests of an HTTP path: what a script in `http/` exports. */
export type HttpHandlers = Partial<
  Record<
    "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS",
    (
      request: Request,
      details: { readonly params: Readonly<Record<string, string>>; readonly address: string },
    ) => Response | Promise<Response>
  >
>;

/** How Parlor is embedded in a program. */
export interface EmbedOptions extends ParlorConfig {
  /** WebSocket routes by pattern: `{ "/ws/chat": { onMessage(session, text) { ... } } }`. */
  readonly routes?: Readonly<Record<string, RouteHandlers>>;
  /** HTTP paths by pattern. They need a server of Parlor's own. */
  readonly http?: Readonly<Record<string, HttpHandlers>>;
  /** A `node:http` server to attach to; it listens by itself. Default: a server of Parlor's own. */
  readonly server?: Server;
  /** A folder of static files, below the HTTP paths. */
  readonly publicDir?: string;
  /** Where the log goes. Default: JSON lines on the standard error stream. */
  readonly log?: Log;
  /** Told when the ticks of a route begin to take longer than there is time for them. */
  readonly onOverload?: OverloadListener;
}

/**
 * A server whose routes are functions of this program. They run in this thread, through the same boundary as scripts.
 *
 * @throws ParlorError when a route breaks the contract or an option is wrong.
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
  void engine.install(installationOf(spec));
  const nothing = (): Promise<void> => Promise.resolve();
  const reload = (route?: string): Promise<void> =>
    route === undefined ? nothing() : Promise.reject(noFile(route));
  const runTask = (name: string): Promise<never> => Promise.reject(new Error(`there is no task "${name}"`));
  const pusher = new Pusher(engine.front);
  return new ParlorServer({ engine, config, pusher, server, runTask, reload, end: nothing });
}

function noFile(route: string): Error {
  return new Error(
    `${route}: nothing to load anew, the routes of createServer are functions of this program`,
  );
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
