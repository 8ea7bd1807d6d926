// Dialect: the exports that Diesel's API and Parlor's additions to it accept.
import type { Contract, ExportHint } from "../../host/api/dialect.ts";
import type { ScriptShape } from "../../boundary/shape.ts";
import { checkCronExports, cronKnown } from "./contract/cron-exports.ts";
import { checkHttpExports, httpKnown } from "./contract/http-exports.ts";
import { checkWsExports, wsKnown } from "./contract/ws-exports.ts";
import { similarExports, similarHooks, type KnownExports } from "./contract/similar-exports.ts";
import { misplacedHooks } from "./contract/read-exports.ts";
import type { ScriptInfo } from "../../boundary/script-info.ts";

/** Checks a script's exports by its kind: the contract, or the problems. */
export function checkContract(
  kind: ScriptInfo["kind"],
  shape: ScriptShape,
): Contract | { readonly problems: readonly string[] } {
  if (kind === "ws") {
    const checked = checkWsExports(shape);
    return "problems" in checked ? checked : checked.contract;
  }
  if (kind === "http") {
    const checked = checkHttpExports(shape);
    return "problems" in checked ? checked : { ...JOB, handlers: checked.contract.handlers };
  }
  if (kind === "task") {
    const problems = misplacedHooks(shape.exports, "each run");
    return problems.length > 0 ? { problems } : JOB;
  }
  const checked = checkCronExports(shape);
  return "problems" in checked ? checked : JOB;
}

const JOB: Contract = { handlers: [], tickRate: null, scope: "route", threads: 1 };

/** The exports of a script, or of a file of `shared/`, that resemble some that have an effect. */
export function hintsOf(
  kind: ScriptInfo["kind"] | "shared",
  { exports }: ScriptShape,
): readonly ExportHint[] {
  if (kind === "shared") return similarHooks(Object.keys(exports));
  const known = KNOWN[kind];
  return known === undefined ? [] : similarExports(exports, known);
}

const KNOWN: Readonly<Partial<Record<ScriptInfo["kind"], KnownExports>>> = {
  ws: wsKnown,
  http: httpKnown,
  cron: cronKnown,
  task: { handlers: ["run", "default"], settings: [] },
};
