// Server: directs paths, jobs and log lines to the hosts of the scripts that serve them.
import type { Front } from "../../front/front.ts";
import type { Gateway } from "../../front/ingress/gateway.ts";
import type { HttpGateway } from "../../front/ingress/http-gateway.ts";
import type { RouteClaims } from "../../front/ingress/route-claims.ts";
import type { CronSchedule } from "../../front/supervise/cron.ts";
import { spreadOf, type Deployment } from "./deployment.ts";
import {
  failedRoutes,
  historiesOf,
  httpTargets,
  socketTargets,
  takenPaths,
  type TargetDefaults,
} from "./targets.ts";
import type { ScriptSource, ScriptSpec } from "../../boundary/host-spec.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** The routing of a server: it changes as a whole when another deployment is installed. */
export class Routing {
  readonly #parts: RoutingParts;
  #slots: ReadonlyMap<ScriptKey, number> = new Map();

  constructor(parts: RoutingParts) {
    this.#parts = parts;
  }

  /**
   * Routes to the scripts of a deployment from now on. `slots`: the slots of its hosts, by name; `pinned`: where scripts
   * run that are about to move.
   */
  direct(
    next: Deployment,
    slots: ReadonlyMap<string, number>,
    pinned: ReadonlyMap<ScriptKey, readonly number[]>,
  ): void {
    const { gateway, http, claims, defaults } = this.#parts;
    const spread = new Map([...spreadOf(next, slots), ...pinned]);
    this.#slots = new Map(Array.from(spread, ([script, all]) => [script, all.at(-1) ?? 0]));
    gateway.routes.set(socketTargets(next, spread, defaults), failedRoutes(next, "ws"));
    http.route(httpTargets(next), this.#slots);
    this.#setTraffic(next);
    this.#parts.front.hub.history.setRules(historiesOf(next));
    claims.setFiles({ ws: takenPaths(next, "ws"), http: takenPaths(next, "http") });
    this.#schedule(next);
  }

  /** The slot of each script. One that runs on several hosts has the slot of its last host here. */
  get slots(): ReadonlyMap<ScriptKey, number> {
    return this.#slots;
  }

  /** Starts a run of a cron script that was due. */
  startJob(script: ScriptKey, due: number): void {
    this.#parts.front.push(this.#slots.get(script) ?? NOWHERE, { kind: "run", script, due });
  }

  /** The programs that have claimed a path. */
  claimants(path: string): ScriptKey[] {
    const kinds = ["ws", "http"] as const;
    return kinds.flatMap((kind) => this.#parts.claims.match(kind, path)?.data.script ?? []);
  }

  // A route's counts outlive its scripts; what its script asks for is that of the version that is installed.
  #setTraffic({ hosts }: Deployment): void {
    for (const { scripts, shared } of hosts.values())
      for (const script of scripts) {
        const { kind, route, runOptions } = script.info;
        const traffic = kind === "ws" ? this.#parts.front.directory.route(route).traffic : null;
        if (traffic === null) continue;
        traffic.slow = runOptions?.slow ?? null;
        traffic.wantsUnsent = asksForUnsent(script, shared);
      }
  }

  #schedule({ crons }: Deployment): void {
    const { cron } = this.#parts;
    cron.replace(crons.map(({ pattern, ...job }) => ({ ...job, schedule: pattern })));
  }
}

/** A script that never mentions the property needs no reports. The functions of a program that embeds us are not looked at. */
function asksForUnsent({ info, source, module }: ScriptSpec, shared: readonly ScriptSource[]): boolean {
  if (module !== null || info.exports.includes("onDrain")) return true;
  return [source, ...shared].some((each) => each?.code.includes("bufferedBytes") === true);
}

/** No slot has this number: an event for it is reported as an error. */
const NOWHERE = 0;

export interface RoutingParts {
  readonly front: Front;
  readonly gateway: Gateway;
  readonly http: HttpGateway;
  readonly claims: RouteClaims;
  readonly cron: CronSchedule;
  /** For routes whose scripts say nothing. */
  readonly defaults: TargetDefaults;
}
