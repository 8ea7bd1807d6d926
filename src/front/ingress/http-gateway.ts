// Front: where HTTP requests come in: finds the script of a path and the host that runs it.
import type { Clock } from "../../boundary/clock.ts";
import type { RequestHead } from "../../boundary/events.ts";
import type { RequestRef } from "../../boundary/refs.ts";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { ResolvedConfig } from "../../config.ts";
import type { Activity } from "../activity.ts";
import type { Front } from "../front.ts";
import type { HttpListener, HttpOptions } from "../http/http-options.ts";
import { HttpTransport } from "../http/http-transport.ts";
import { ProxyTrust } from "../http/proxy-trust.ts";
import type { ScriptTarget } from "../http/request-head.ts";
import { AdminAccess } from "./admin-access.ts";
import type { RouteClaims } from "./route-claims.ts";
import { Router } from "./router.ts";
import type { SocketRoutes } from "./socket-routes.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** Joins the HTTP transport and the front. */
export class HttpGateway implements HttpListener {
  readonly transport: HttpTransport;
  readonly source: HttpListener["source"];
  readonly onClosed: HttpListener["onClosed"];
  readonly onFault: HttpListener["onFault"];
  readonly activity: Activity | null;
  readonly nameOf: HttpListener["nameOf"];
  readonly #front: Front;
  readonly #claims: RouteClaims;
  readonly #sockets: Pick<SocketRoutes, "match">;
  #routes = new Router<HttpTarget>();
  #slots: ReadonlyMap<ScriptKey, number> = new Map();

  constructor({ config, clock, site, front, claims, sockets, listener }: HttpGatewayParts) {
    this.#front = front;
    this.#claims = claims;
    this.#sockets = sockets;
    this.source = listener.source;
    this.onClosed = listener.onClosed;
    this.onFault = listener.onFault;
    this.activity = listener.activity ?? null;
    this.nameOf = listener.nameOf;
    const { bodyLimit, unsentResponse: unsentLimit, handlerTimeout, trustProxy, admin } = config;
    const { maxRequests, unsentTotal, unsentTimeout, bodyTotal } = config;
    const bounds = { maxRequests, unsentTotal, unsentTimeout, bodyTotal, onLimit: listener.onLimit };
    const proxies = new ProxyTrust(trustProxy);
    const access = { own: new AdminAccess(admin.token), adminPort: new AdminAccess(admin.token, true) };
    this.transport = new HttpTransport(
      { bodyLimit, unsentLimit, handlerTimeout, clock, proxies, access, ...bounds, ...site },
      this,
    );
  }

  /** Serves these paths from now on. `slots`: where each script runs, programs included. */
  route(targets: readonly HttpTarget[], slots: ReadonlyMap<ScriptKey, number>): void {
    this.#slots = slots;
    this.#routes = new Router();
    for (const target of targets) this.#routes.add(target.route, target);
  }

  /** The script at a path, a refusal when the script cannot serve, or null when no script serves it. */
  match(path: string): ScriptTarget | HttpRefusal | null {
    const match = this.#routes.match(path);
    if (match === null) return this.#matchClaim(path);
    const { script, route } = match.data;
    if (script === null || this.#isDown(script)) return REFUSALS.NOT_LOADED;
    return { script, route, params: match.params };
  }

  /** Why a path without an HTTP script and without a file has no response. */
  absence(path: string): HttpRefusal {
    const socket = this.#sockets.match(path);
    if (socket === null) return REFUSALS.NOT_FOUND;
    return socket.data === null ? REFUSALS.NOT_LOADED : REFUSALS.UPGRADE_REQUIRED;
  }

  deliver(head: RequestHead, body: Uint8Array | null): void {
    this.#front.push(this.#slotOf(head.script), { kind: "request", head, body });
  }

  abort(request: RequestRef, script: ScriptKey | null): void {
    if (script !== null) this.#front.push(this.#slotOf(script), { kind: "abort", request });
  }

  isBusy(script: ScriptKey): boolean {
    return this.#front.supervisor(this.#slotOf(script))?.dispatcher.isFull === true;
  }

  #matchClaim(path: string): ScriptTarget | HttpRefusal | null {
    const match = this.#claims.match("http", path);
    if (match === null) return null;
    const { script, claim } = match.data;
    if (this.#isDown(script)) return REFUSALS.NOT_LOADED;
    return { script, route: claim.pattern, params: match.params, bodyLimit: claim.limits.maxBody };
  }

  #isDown(script: ScriptKey): boolean {
    return this.#front.supervisor(this.#slotOf(script))?.isDown === true;
  }

  #slotOf(script: ScriptKey): number {
    return this.#slots.get(script) ?? 0;
  }
}

export interface HttpGatewayParts {
  readonly config: ResolvedConfig;
  readonly clock: Clock;
  readonly site: Site & Pick<HttpOptions, "hosts">;
  readonly front: Front;
  readonly claims: RouteClaims;
  /** The WebSocket routes: a plain request to one of them gets 426. */
  readonly sockets: Pick<SocketRoutes, "match">;
  readonly listener: Pick<HttpListener, "source" | "onClosed" | "onFault" | "nameOf" | "activity"> &
    Pick<HttpOptions, "onLimit">;
}

/** Choices for HTTP that are not options of the configuration. */
export type Site = Pick<HttpOptions, "publicDir" | "isDev" | "pages">;

/** An HTTP path of a file. */
export interface HttpTarget {
  readonly route: string;
  /** `null` when the script does not load. */
  readonly script: ScriptKey | null;
}
