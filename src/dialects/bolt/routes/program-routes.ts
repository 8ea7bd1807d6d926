// Dialect: the routes of a Bolt program, in the order of their registration.
import type { ProgramLimits, RouteClaim } from "../../../boundary/questions.ts";
import type { ScriptContext } from "../../../host/api/dialect.ts";
import { countFor } from "../common/checks.ts";
import { Callback } from "./callback.ts";
import type { Constraint } from "./constraint.ts";
import { isSame, readPath, type BoltPath } from "./route-path.ts";

/** Registers routes, and finds them by the pattern that an event brings. */
export class ProgramRoutes {
  readonly ports: RoutePorts;
  /** The prefix of the HTTP routes that follow. Published: `prefix(cPrefix)`. */
  prefix = "";
  readonly #ws: BoltSocketRoute[] = [];
  readonly #http: BoltHttpRoute[] = [];
  readonly #sse: BoltSseRoute[] = [];
  #last: RegisteredRoute | null = null;

  constructor(ports: RoutePorts) {
    this.ports = ports;
  }

  /** The route that was registered last, even if another one serves its path. */
  get last(): RegisteredRoute | null {
    return this.#last;
  }

  /** Published: `@ws(cPath, fOnConnect, fOnMessage, fOnDisconnect)`; `prefix` does not concern it. */
  readonly ws = (...args: readonly unknown[]): void => {
    const signature = "ws(path, onConnect, onMessage, onDisconnect)";
    countFor(signature, args, 4, '; pass "" for a callback you do not need');
    const path = readPath("ws", args[0], this.ports.mount);
    const call = `ws(${JSON.stringify(path.written)})`;
    const callbacks = {
      connect: new Callback(`${call}: onConnect`, args[1]),
      message: new Callback(`${call}: onMessage`, args[2]),
      disconnect: new Callback(`${call}: onDisconnect`, args[3]),
    };
    this.#add(this.#ws, { ...blank(call, path), callbacks });
  };

  /** Published: `@get(cPath, fHandler)` and the like; `name` is the name that scripts call. */
  http(name: string, method: string): (...args: readonly unknown[]) => void {
    return (...args) => {
      countFor(`${name}(path, handler)`, args, 2, "");
      this.#register(name, method, args);
    };
  }

  /** Published: `@route(cMethod, cPath, fHandler)`. */
  readonly route = (...args: readonly unknown[]): void => {
    countFor("route(method, path, handler)", args, 3, "");
    const [method] = args;
    if (typeof method !== "string" || !/^[A-Za-z]+$/.test(method)) {
      throw new TypeError(`route takes the name of a method first, such as "GET"; got ${String(method)}`);
    }
    this.#register("route", method.toUpperCase(), args.slice(1));
  };

  /** Published: `@sse(cPath)`; `prefix`, `before` and `after` do not concern it. */
  readonly sse = (...args: readonly unknown[]): void => {
    countFor("sse(path)", args, 1, "");
    const path = readPath("sse", args[0], this.ports.mount);
    const call = `sse(${JSON.stringify(path.written)})`;
    this.#serve(this.#sse, { call, path, isFiltered: false }, [...this.#ofMethod("GET"), ...this.#sse]);
  };

  /** The route of a session. */
  wsRoute(pattern: string): BoltSocketRoute | null {
    return this.#ws.find(({ path }) => path.pattern === pattern) ?? null;
  }

  /** The routes of a claimed pattern, one for each method; their parameters may have other names. */
  httpRoutes(pattern: string): BoltHttpRoute[] {
    const claimed = this.#http.find(({ path }) => path.pattern === pattern);
    return claimed === undefined ? [] : this.#http.filter(({ path }) => isSame(path, claimed.path));
  }

  /** The stream of a claimed pattern. */
  sseRoute(pattern: string): BoltSseRoute | null {
    return this.#sse.find(({ path }) => path.pattern === pattern) ?? null;
  }

  /** The stream of a path as programs write it. */
  sseRouteOf(written: string): BoltSseRoute | null {
    return this.#sse.find(({ path }) => path.written === written) ?? null;
  }

  /** A client's handshake waits for the program if a callback or a pattern of a parameter is asked first. */
  claims(ws: ProgramLimits, http: ProgramLimits): RouteClaim[] {
    const sockets = this.#ws.map(({ path, callbacks, constraints }) => {
      return claimOf("ws", path.pattern, !callbacks.connect.isNone || constraints.length > 0, ws);
    });
    const paths = [...this.#http, ...this.#sse].map(({ path }) => path);
    const distinct = paths.filter((path, at) => paths.findIndex((other) => isSame(path, other)) === at);
    return [...sockets, ...distinct.map(({ pattern }) => claimOf("http", pattern, false, http))];
  }

  get callbacks(): Callback[] {
    const ws = this.#ws.flatMap((route) => [...around(route), ...Object.values(route.callbacks)]);
    const http = this.#http.flatMap((route) => [...around(route), route.handler]);
    return [...ws, ...http];
  }

  #register(name: string, method: string, [written, handler]: readonly unknown[]): void {
    const path = readPath(
      name,
      typeof written === "string" ? this.prefix + written : written,
      this.ports.mount,
    );
    const call = `${name}(${JSON.stringify(path.written)})`;
    const callback = new Callback(`${call}: handler`, handler);
    if (callback.isNone)
      throw new TypeError(`${call}: handler must be a function or the name of one, got ""`);
    const rivals = [...this.#ofMethod(method), ...(method === "GET" ? this.#sse : [])];
    this.#add(this.#http, { ...blank(call, path), method, handler: callback }, rivals);
  }

  #ofMethod(method: string): BoltHttpRoute[] {
    return this.#http.filter((route) => route.method === method);
  }

  #add<T extends RegisteredRoute>(routes: T[], route: T, rivals: readonly NamedRoute[] = routes): void {
    this.#last = route;
    this.#serve(routes, route, rivals);
  }

  // Published: a program that registers a path twice runs; the first route serves the path.
  #serve<T extends NamedRoute>(routes: T[], route: T, rivals: readonly NamedRoute[]): void {
    const other = rivals.find(({ path }) => isSame(path, route.path));
    if (other !== undefined) {
      return this.ports.log.warn("PARLOR_ROUTE_IGNORED/path", { call: route.call, other: other.call });
    }
    routes.push(route);
    this.ports.onChange();
  }
}

/** What routes need of their program. */
export interface RoutePorts {
  /** The prefix of all paths of the program; "" for none. */
  readonly mount: string;
  readonly log: Pick<ScriptContext, "warn">;
  /** A route has been added or changed. */
  onChange(): void;
}

interface NamedRoute {
  /** Its name in errors: `ws("/chat")`. */
  readonly call: string;
  readonly path: BoltPath;
}

/** A route for WebSockets or for HTTP: `before`, `after` and `where` change the last registered one. */
export interface RegisteredRoute extends NamedRoute {
  readonly before: Callback[];
  readonly after: Callback[];
  readonly constraints: Constraint[];
}

export type WsEventType = "connect" | "message" | "disconnect";

export interface BoltSocketRoute extends RegisteredRoute {
  readonly callbacks: Readonly<Record<WsEventType, Callback>>;
}

export interface BoltHttpRoute extends RegisteredRoute {
  readonly method: string;
  readonly handler: Callback;
}

/** A stream of server-sent events. */
export interface BoltSseRoute extends NamedRoute {
  /** Whether clients get only the events with the parameters of their path. */
  isFiltered: boolean;
}

function blank(call: string, path: BoltPath): RegisteredRoute {
  return { call, path, before: [], after: [], constraints: [] };
}

function claimOf(
  kind: RouteClaim["kind"],
  pattern: string,
  awaitsDecision: boolean,
  limits: ProgramLimits,
): RouteClaim {
  return { kind, pattern, awaitsDecision, wantsPings: false, limits };
}

function around({ before, after }: RegisteredRoute): Callback[] {
  return [...before, ...after];
}
