import type { ResolvedConfig } from "../../config.ts";
import type { RequestHead } from "../../boundary/events.ts";
import type { HttpRoute } from "../http/request-head.ts";
import { HttpTransport } from "../http/http-transport.ts";
import type { Claims } from "./route-claims.ts";
import type { Front } from "../front.ts";
import { Router } from "./router.ts";
import type { Clock } from "../../boundary/clock.ts";

export interface HttpGatewayParts {
  readonly config: ResolvedConfig;
  readonly clock: Clock;
  readonly publicDir: string | null;
  readonly front: Front;
  readonly claims: Claims;
  health(): unknown;
  onFault(text: string, script: string | null): void;
}

/** An HTTP path of a file. */
export interface HttpTarget {
  readonly route: string;
  /** `null` when the script does not load. */
  readonly script: string | null;
}

type Matched = HttpRoute | { readonly status: number; readonly text: string } | null;

/** Where requests come in: finds the script of a path, and the host that it runs on. */
export class HttpGateway {
  readonly transport: HttpTransport;
  readonly #front: Front;
  readonly #claims: Claims;
  #routes = new Router<HttpTarget>();
  #slots: ReadonlyMap<string, number> = new Map();

  constructor(parts: HttpGatewayParts) {
    this.#front = parts.front;
    this.#claims = parts.claims;
    const { config, clock, publicDir } = parts;
    const { bodyLimit, unsentLimit, handlerTimeout, trustProxy } = config;
    this.transport = new HttpTransport(
      { bodyLimit, unsentLimit, handlerTimeout, publicDir, clock, trustProxy },
      {
        match: (path) => this.#match(path),
        deliver: (head, body) => this.#deliver(head, body),
        abort: (request, script) => this.#front.push(this.#slotOf(script), { kind: "abort", request }),
        health: () => parts.health(),
        onFault: (...args) => parts.onFault(...args),
      },
    );
  }

  /** Serves these paths from now on. `slots`: where each script runs, programs included. */
  route(targets: readonly HttpTarget[], slots: ReadonlyMap<string, number>): void {
    this.#slots = slots;
    this.#routes = new Router();
    for (const target of targets) this.#routes.add(target.route, target);
  }

  #match(path: string): Matched {
    const match = this.#routes.match(path);
    if (match === null) return this.#matchClaim(path);
    const { script, route } = match.data;
    if (script === null || this.#isDown(script)) return DOWN;
    return { script, route, params: match.params };
  }

  #matchClaim(path: string): Matched {
    const match = this.#claims.match("http", path);
    if (match === null) return null;
    const { script, claim } = match.data;
    if (this.#isDown(script)) return DOWN;
    return { script, route: claim.pattern, params: match.params, bodyLimit: claim.limits.maxBody };
  }

  #deliver(head: RequestHead, body: Uint8Array | null): void {
    this.#front.push(this.#slotOf(head.script), { kind: "request", head, body });
  }

  #isDown(script: string): boolean {
    return this.#front.supervisor(this.#slotOf(script))?.state === "failed";
  }

  #slotOf(script: string): number {
    return this.#slots.get(script) ?? 0;
  }
}

const DOWN = { status: 503, text: "the script of this path does not load" } as const;
