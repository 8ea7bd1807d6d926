// Dialect: the routes of a Bolt program, in the order of their registration.
import type { ProgramLimits, RouteClaim } from "../../../boundary/questions.ts";
import { Callback, type CallbackProblem } from "./callback.ts";
import { isSame, readPath, type BoltPath } from "./route-path.ts";

/** Registers routes, and finds them by the pattern that an event brings. */
export class ProgramRoutes {
  readonly #ws: BoltSocketRoute[] = [];
  readonly #http: BoltHttpRoute[] = [];
  #last: RegisteredRoute | null = null;
  readonly #mount: string;
  readonly #onChange: () => void;

  /** `mount`: the prefix of all paths; "" for none. */
  constructor(mount: string, onChange: () => void) {
    this.#mount = mount;
    this.#onChange = onChange;
  }

  /** Published: `@ws(cPath, fOnConnect, fOnMessage, fOnDisconnect)`. */
  readonly ws = (...args: readonly unknown[]): void => {
    const signature = "ws(path, onConnect, onMessage, onDisconnect)";
    countFor(signature, args, 4, '; pass "" for a callback you do not need');
    const path = readPath("ws", args[0], this.#mount);
    const call = `ws(${JSON.stringify(path.written)})`;
    refuseTwice(call, this.#ws, path);
    const callbacks = {
      connect: new Callback(`${call}: onConnect`, args[1]),
      message: new Callback(`${call}: onMessage`, args[2]),
      disconnect: new Callback(`${call}: onDisconnect`, args[3]),
    };
    this.#add(this.#ws, { call, path, callbacks, before: [], after: [] });
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

  readonly before = (...args: readonly unknown[]): void => this.#attach("before", args);

  readonly after = (...args: readonly unknown[]): void => this.#attach("after", args);

  /** The route of a session. */
  wsRoute(pattern: string): BoltSocketRoute | null {
    return this.#ws.find(({ path }) => path.pattern === pattern) ?? null;
  }

  /** The routes of a claimed pattern, one for each method; their parameters may have other names. */
  httpRoutes(pattern: string): BoltHttpRoute[] {
    const claimed = this.#http.find(({ path }) => path.pattern === pattern);
    return claimed === undefined ? [] : this.#http.filter(({ path }) => isSame(path, claimed.path));
  }

  claims(ws: ProgramLimits, http: ProgramLimits): RouteClaim[] {
    const sockets = this.#ws.map(({ path, callbacks }) => {
      return claimOf("ws", path.pattern, !callbacks.connect.isNone, ws);
    });
    const paths = this.#http.map(({ path }) => path);
    const distinct = paths.filter((path, at) => paths.findIndex((other) => isSame(path, other)) === at);
    return [...sockets, ...distinct.map(({ pattern }) => claimOf("http", pattern, false, http))];
  }

  /** The problem of each name to which no exported function belongs. */
  problems(exports: Readonly<Record<string, unknown>>): CallbackProblem[] {
    const ws = this.#ws.flatMap((route) => [...around(route), ...Object.values(route.callbacks)]);
    const http = this.#http.flatMap((route) => [...around(route), route.handler]);
    return [...ws, ...http]
      .map((callback) => callback.problem(exports))
      .filter((problem) => problem !== null);
  }

  #register(name: string, method: string, [written, handler]: readonly unknown[]): void {
    const path = readPath(name, written, this.#mount);
    const call = `${name}(${JSON.stringify(path.written)})`;
    const ofMethod = this.#http.filter((route) => route.method === method);
    refuseTwice(call, ofMethod, path);
    const callback = new Callback(`${call}: handler`, handler);
    if (callback.isNone)
      throw new TypeError(`${call}: handler must be a function or the name of one, got ""`);
    this.#add(this.#http, { call, path, method, handler: callback, before: [], after: [] });
  }

  #add<T extends RegisteredRoute>(routes: T[], route: T): void {
    routes.push(route);
    this.#last = route;
    this.#onChange();
  }

  #attach(call: "before" | "after", args: readonly unknown[]): void {
    countFor(`${call}(middleware)`, args, 1, "");
    const route = this.#last;
    if (route === null) {
      throw new TypeError(
        `${call} attaches to the last registered route: none is registered; call ws or get first`,
      );
    }
    const callback = new Callback(`${call} of ${route.call}`, args[0]);
    if (callback.isNone)
      throw new TypeError(`${callback.where} must be a function or the name of one, got ""`);
    route[call].push(callback);
  }
}

/** A route for WebSockets or for HTTP: `before` and `after` attach to the last registered one. */
interface RegisteredRoute {
  /** Its name in errors: `ws("/chat")`. */
  readonly call: string;
  readonly path: BoltPath;
  readonly before: Callback[];
  readonly after: Callback[];
}

export type WsEventType = "connect" | "message" | "disconnect";

export interface BoltSocketRoute extends RegisteredRoute {
  readonly callbacks: Readonly<Record<WsEventType, Callback>>;
}

export interface BoltHttpRoute extends RegisteredRoute {
  readonly method: string;
  readonly handler: Callback;
}

function countFor(signature: string, args: readonly unknown[], count: number, hint: string): void {
  if (args.length === count) return;
  const wanted = count === 1 ? "1 argument" : `${count} arguments`;
  throw new TypeError(`${signature} takes ${wanted}, got ${args.length}${hint}`);
}

function refuseTwice(call: string, routes: readonly RegisteredRoute[], path: BoltPath): void {
  const other = routes.find((route) => isSame(route.path, path));
  if (other === undefined) return;
  throw new TypeError(
    `${call}: the program has registered this path already, as ${other.call}; use another path`,
  );
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
