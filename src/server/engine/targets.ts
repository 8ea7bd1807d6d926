// Server: the targets of routes, from a deployment.
import type { SocketTarget } from "../../front/ingress/socket-routes.ts";
import type { HttpTarget } from "../../front/ingress/http-gateway.ts";
import type { Deployment, FailedRoute } from "./deployment.ts";
import type { RouteLimits } from "../../boundary/turn/route-limits.ts";
import type { HistoryRules } from "../../boundary/rooms/history-rules.ts";
import type { ScriptInfo } from "../../boundary/script-info.ts";
import { routeKey } from "../../boundary/text/route-pattern.ts";
import { scriptKey, type ScriptKey } from "../../boundary/script-key.ts";

type Kind = "ws" | "http";

/** The targets of the WebSocket routes. `spread`: the slots of each script; The last: where scripts say nothing. */
export function socketTargets(
  next: Deployment,
  spread: ReadonlyMap<ScriptKey, readonly number[]>,
  { limits: defaults, resume: seconds }: TargetDefaults,
): SocketTarget[] {
  return scriptsOf(next, "ws").map(([script, info]) => {
    const { route, exports, protocols = [], limits: own } = info;
    const resume = info.resume ?? seconds;
    const limits = { ...defaults, ...own, countsLoopback: true };
    const awaitsDecision = exports.includes("onUpgrade");
    const slots = spread.get(script) ?? [];
    const more = slots.length > 1 ? { spread: slots } : {};
    const place = { script, route, slot: slots[0] ?? 0, ...more };
    return { ...place, awaitsDecision, protocols, resume, limits, program: null };
  });
}

/** What holds where scripts say nothing. */
export interface TargetDefaults {
  readonly limits: RouteLimits;
  /** For how many seconds sessions wait for their clients. */
  readonly resume: number;
}

/** Which rooms keep their messages, as the scripts say. */
export function historiesOf(next: Deployment): HistoryRules[] {
  return scriptsOf(next, "ws").flatMap(([, { history }]) => (history === undefined ? [] : [history]));
}

/** The targets of the HTTP paths, with those of scripts that do not load. */
export function httpTargets(next: Deployment): HttpTarget[] {
  const served = scriptsOf(next, "http").map(([script, { route }]) => ({ route, script }));
  return [...served, ...failedRoutes(next, "http").map((route) => ({ route, script: null }))];
}

/** The routes whose scripts do not load. */
export function failedRoutes({ failed }: Deployment, kind: Kind): string[] {
  return failed.flatMap((script) => (script.kind === kind ? [script.route] : []));
}

/** The script of each path of a file. The path of a file that does not load still belongs to it. */
export function takenPaths(next: Deployment, kind: Kind): Map<string, ScriptKey> {
  const served = scriptsOf(next, kind).map(([script, { route }]) => [routeKey(route), script] as const);
  const failed = next.failed.filter((script) => script.kind === kind);
  return new Map([
    ...served,
    ...failed.map((script) => [routeKey(script.route), failedKey(script)] as const),
  ]);
}

function failedKey({ kind, route, script }: FailedRoute): ScriptKey {
  return scriptKey({ kind, route, name: script });
}

function scriptsOf({ hosts }: Deployment, kind: Kind): [ScriptKey, ScriptInfo][] {
  const all = [...hosts.values()].flatMap(({ scripts }) => scripts.map(({ info }) => info));
  // A script that runs on several hosts counts once.
  const byKey = new Map(all.map((info) => [scriptKey(info), info]));
  return [...byKey].filter(([, info]) => info.kind === kind);
}
