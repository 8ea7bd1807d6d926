// Server: makes scripts of the functions that a program gives to `createServer`.
import type { HttpHandlers, RouteHandlers } from "../../types/diesel.d.ts";
import { withoutUndefined } from "../boundary/checks.ts";
import { ParlorError } from "../boundary/errors.ts";
import type { RuntimeLimits, ScriptSpec } from "../boundary/host-spec.ts";
import type { ScriptInfo } from "../boundary/script-info.ts";
import { shapeOf } from "../boundary/shape.ts";
import { dialects } from "../dialects/index.ts";
import { patternProblem } from "../front/ingress/router.ts";
import type { Contract } from "../host/api/dialect.ts";
import { EMPTY_DEPLOYMENT, type Deployment } from "./engine/deployment.ts";
import type { AppProblem } from "../load/files/app-problem.ts";
import { warningOf } from "../load/export-warnings.ts";
import type { RouteRow } from "./engine/rows.ts";

/**
 * Makes a deployment with one host of a program's routes.
 *
 * @throws ParlorError if a pattern or the handlers of a route are wrong.
 */
export function embeddedRoutes({ routes, http }: EmbeddedRoutes, limits: RuntimeLimits): Deployment {
  const scripts = [
    ...Object.entries(routes).map(([route, module]) => scriptOf("ws", route, { ...module })),
    ...Object.entries(http).map(([route, module]) => scriptOf("http", route, { ...module })),
  ];
  const spec = { name: "http", scripts, shared: [], limits };
  return { ...EMPTY_DEPLOYMENT, rows: scripts.map(rowOf), hosts: new Map([[spec.name, spec]]) };
}

/** The routes of a program, by pattern. */
export interface EmbeddedRoutes {
  readonly routes: Readonly<Record<string, RouteHandlers>>;
  readonly http: Readonly<Record<string, HttpHandlers>>;
}

function rowOf({ info }: ScriptSpec): RouteRow {
  const { route, name, tickRate, version } = info;
  const kind = info.kind === "ws" ? "ws" : "http";
  const place = { kind, route, script: name, state: "route", thread: "-" } as const;
  return { ...place, tickRate, schedule: null, status: "ok", version };
}

function scriptOf(kind: "ws" | "http", route: string, module: Record<string, unknown>): ScriptSpec {
  refuseWrongPattern(route);
  const { handlers, tickRate, runOptions, protocols, limits, resume, history, isTyped } = contractOf(
    kind,
    route,
    module,
  );
  const info: ScriptInfo = {
    ...{ kind, name: route, route, version: "", dialect: "diesel", scope: "route", tickRate },
    ...(runOptions === undefined ? {} : { runOptions }),
    ...(protocols === undefined ? {} : { protocols }),
    ...withoutUndefined({ limits, resume, history, isTyped }),
    exports: handlers,
  };
  return { info, source: null, module };
}

// Routes are installed without being awaited, so a wrong pattern must be refused before.
function refuseWrongPattern(route: string): void {
  if (!route.startsWith("/")) throw new ParlorError("PARLOR_OPTION/slash", { route });
  const why = patternProblem(route);
  if (why !== null) throw new ParlorError("PARLOR_OPTION/pattern", { route, why });
}

/** The handlers of a program's routes that have no effect. */
export function embeddedWarnings({ routes, http }: EmbeddedRoutes): AppProblem[] {
  const hints = dialects.get("diesel")?.hints;
  const of = (kind: "ws" | "http", all: Readonly<Record<string, object>>): AppProblem[] =>
    Object.entries(all).flatMap(([route, module]) =>
      (hints?.(kind, shapeOf({ ...module })) ?? []).map((hint) => warningOf(route, hint)),
    );
  return [...of("ws", routes), ...of("http", http)];
}

function contractOf(kind: "ws" | "http", route: string, module: Record<string, unknown>): Contract {
  const missing = { problems: ["no dialect serves it"] };
  // The functions of a program have one state, whatever the route.
  const whole = kind === "ws" && !("tickRate" in module) ? { scope: "route", ...module } : module;
  const checked = dialects.get("diesel")?.check(kind, shapeOf(whole)) ?? missing;
  if (!("problems" in checked)) return checked;
  throw new ParlorError("PARLOR_SCRIPT_CONTRACT", { file: route, problem: checked.problems[0] ?? "" });
}
