// Server: the targets of routes, from a deployment.
import type { SocketTarget } from "../../front/ingress/socket-routes.ts";
import type { HttpTarget } from "../../front/ingress/http-gateway.ts";
import type { Deployment } from "./deployment.ts";
import type { ScriptInfo } from "../../boundary/script-info.ts";
import { routeKey } from "../../boundary/text/route-pattern.ts";

type Kind = "ws" | "http";

/** The targets of the WebSocket routes. `spread`: the slots of each script. */
export function socketTargets(
  next: Deployment,
  spread: ReadonlyMap<string, readonly number[]>,
): SocketTarget[] {
  return scriptsOf(next, "ws").map(({ name, route, exports }) => {
    const awaitsDecision = exports.includes("onUpgrade");
    const slots = spread.get(name) ?? [];
    const more = slots.length > 1 ? { spread: slots } : {};
    return { script: name, route, slot: slots[0] ?? 0, ...more, awaitsDecision, program: null };
  });
}

/** The targets of the HTTP paths, with those of scripts that do not load. */
export function httpTargets(next: Deployment): HttpTarget[] {
  const served = scriptsOf(next, "http").map(({ route, name }) => ({ route, script: name }));
  return [...served, ...failedRoutes(next, "http").map((route) => ({ route, script: null }))];
}

/** The routes whose scripts do not load. */
export function failedRoutes({ failed }: Deployment, kind: Kind): string[] {
  return failed.flatMap((script) => (script.kind === kind ? [script.route] : []));
}

/** The script of each path of a file. The path of a file that does not load still belongs to it. */
export function takenPaths(next: Deployment, kind: Kind): Map<string, string> {
  const served = scriptsOf(next, kind).map(({ route, name }) => [routeKey(route), name] as const);
  const failed = next.failed.filter((script) => script.kind === kind);
  return new Map([...served, ...failed.map(({ route, script }) => [routeKey(route), script] as const)]);
}

function scriptsOf({ hosts }: Deployment, kind: Kind): ScriptInfo[] {
  const all = [...hosts.values()].flatMap(({ scripts }) => scripts.map(({ info }) => info));
  // A script that runs on several hosts counts once.
  const byName = new Map(all.map((info) => [info.name, info]));
  return [...byName.values()].filter((info) => info.kind === kind);
}
