// Front: where HTTP requests come in: finds the script of a path and the host that runs it.
import type { Clock } from "../../boundary/clock.ts";
import type { RequestHead } from "../../boundary/events.ts";
import type { RequestRef } from "../../boundary/refs.ts";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { ResolvedConfig } from "../../config.ts";
import type { Front } from "../front.ts";
import { HttpTransport, type HttpListener } from "../http/http-transport.ts";
import type { ScriptTarget } from "../http/request-head.ts";
import type { RouteClaims } from "./route-claims.ts";
import { Router } from "./router.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** Joins the HTTP transport and the front. */
export class HttpGateway implements HttpListener {
  readonly transport: HttpTransport;
  readonly health: HttpListener["health"];
  readonly onFault: HttpListener["onFault"];
  readonly nameOf: HttpListener["nameOf"];
  readonly #front: Front;
  readonly #claims: RouteClaims;
  #routes = new Router<HttpTarget>();
  #slots: ReadonlyMap<ScriptKey, number> = new Map();

  constructor({ config, clock, publicDir, front, claims, listener }: HttpGatewayParts) {
    this.#front = front;
    this.#claims = claims;
    this.health = listener.health;
    this.onFault = listener.onFault;
    this.nameOf = listener.nameOf;
    const { bodyLimit, unsentLimit, handlerTimeout, trustProxy } = config;
    this.transport = new HttpTransport(
      { bodyLimit, unsentLimit, handlerTimeout, publicDir, clock, trustProxy },
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

  deliver(head: RequestHead, body: Uint8Array | null): void {
    this.#front.push(this.#slotOf(head.script), { kind: "request", head, body });
  }

  abort(request: RequestRef, script: ScriptKey | null): void {
    if (script !== null) this.#front.push(this.#slotOf(script), { kind: "abort", request });
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
  /** The folder of static files; null when there is none. */
  readonly publicDir: string | null;
  readonly front: Front;
  readonly claims: RouteClaims;
  readonly listener: Pick<HttpListener, "health" | "onFault" | "nameOf">;
}

/** An HTTP path of a file. */
export interface HttpTarget {
  readonly route: string;
  /** `null` when the script does not load. */
  readonly script: ScriptKey | null;
}
