// Dialect: the exports that Diesel's API and Parlor's additions to it accept.
import type { Contract } from "../../host/api/dialect.ts";
import type { ScriptShape } from "../../boundary/shape.ts";
import { checkCronExports } from "./contract/cron-exports.ts";
import { checkHttpExports } from "./contract/http-exports.ts";
import { checkWsExports } from "./contract/ws-exports.ts";
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
  const checked = kind === "cron" ? checkCronExports(shape) : null;
  return checked !== null && "problems" in checked ? checked : JOB;
}

const JOB: Contract = { handlers: [], tickRate: null, scope: "route", threads: 1 };
