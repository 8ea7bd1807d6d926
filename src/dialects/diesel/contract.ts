import type { Contract } from "../../host/api/dialect.ts";
import type { ScriptShape } from "../../boundary/shape.ts";
import { checkCronExports, checkHttpExports, checkWsExports } from "./contract/ws-exports.ts";
import type { ScriptInfo } from "../../boundary/script-info.ts";

/** Holds a script's exports against Diesel's API and Parlor's additions to it. */
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
