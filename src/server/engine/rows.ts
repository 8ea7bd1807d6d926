// Server: the table of routes, a row for each script.
import type { ScriptFile } from "../../load/files/script-file.ts";
import type { LoadedApp } from "../../load/load-app.ts";
import type { ScriptInfo } from "../../boundary/script-info.ts";

/** The table of an app: every script, and the static files. */
export function rowsOf(app: LoadedApp): RouteRow[] {
  const served = app.scripts.map(({ spec, schedule }) => rowOf(spec.info, schedule?.pattern ?? null));
  const failed = app.failed.map(failedRow);
  const rows = [...served, ...failed].sort(byKindAndRoute);
  return app.files.publicDir === null ? rows : [...rows, STATIC_ROW];
}

/** A row of the table of routes. */
export interface RouteRow {
  readonly kind: "ws" | "http" | "cron" | "task" | "program" | "static";
  /** The path for clients; a task's name; empty for cron, and for programs, which claim paths while they run. */
  readonly route: string;
  /** The script, by its name in the app. */
  readonly script: string;
  /** Owner of the module's variables; `-` if there are none. */
  readonly state: "connection" | "route" | "run" | "request" | "program" | "-";
  /** The host that it runs on. */
  readonly thread: string;
  /** Ticks per second; null if it is not a real-time route. */
  readonly tickRate: number | null;
  /** The schedule of a cron script. */
  readonly schedule: string | null;
  /** `"failed"` if the script does not load. */
  readonly status: "ok" | "failed";
  readonly version: string;
}

/** The name of the thread that a script runs on. */
export function threadOf({ kind, route, name }: Pick<ScriptFile, "kind" | "route" | "name">): string {
  if (kind === "ws") return route;
  if (kind === "program") return name;
  if (kind === "task") return `task ${route}`;
  return "http";
}

const KINDS: readonly RouteRow["kind"][] = ["ws", "http", "cron", "task", "program", "static"];

const STATIC_ROW: RouteRow = {
  kind: "static",
  route: "/",
  script: "public/",
  state: "-",
  thread: "-",
  tickRate: null,
  schedule: null,
  status: "ok",
  version: "",
};

function rowOf(info: ScriptInfo, schedule: string | null): RouteRow {
  return {
    kind: info.kind,
    route: info.route,
    script: info.name,
    state: stateOf(info),
    thread: `${threadOf(info)}${(info.runOptions?.threads ?? 1) > 1 ? ` × ${info.runOptions?.threads}` : ""}`,
    tickRate: info.tickRate,
    schedule,
    status: "ok",
    version: info.version,
  };
}

function failedRow({ kind, route, name }: ScriptFile): RouteRow {
  const row = { kind, route, script: name, state: "-", tickRate: null, schedule: null, version: "" } as const;
  return { ...row, thread: "-", status: "failed" };
}

function stateOf(info: ScriptInfo): RouteRow["state"] {
  if (info.kind === "ws") return info.scope;
  if (info.kind === "http") return info.exports.includes("handleRequest") ? "request" : "route";
  return info.kind === "program" ? "program" : "run";
}

function byKindAndRoute(a: RouteRow, b: RouteRow): number {
  return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || (a.route + a.script < b.route + b.script ? -1 : 1);
}
