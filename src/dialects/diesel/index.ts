import type { Dialect, Program, ScriptContext } from "../../host/api/dialect.ts";
import { checkContract } from "./contract.ts";
import { HttpProgram } from "./http/http-program.ts";
import { JobProgram } from "./job-program.ts";
import { WsProgram } from "./ws-program.ts";

/** DieselEngine's API, and Parlor's own: the two are one dialect, because Parlor adds and changes nothing. */
export const diesel: Dialect = { name: "diesel", check: checkContract, program: programOf };

function programOf(script: ScriptContext): Program {
  if (script.info.kind === "ws") return new WsProgram(script);
  if (script.info.kind === "http") return httpProgram(new HttpProgram(script));
  return jobProgram(new JobProgram(script));
}

function httpProgram(http: HttpProgram): Program {
  return {
    ...NOTHING,
    request: (head, body) => http.request(head, body),
    abort: (request) => http.abort(request),
    drain: () => http.retire(),
    dispose: () => http.dispose(),
  };
}

function jobProgram(job: JobProgram): Program {
  return { ...NOTHING, run: () => job.run(), dispose: () => job.dispose() };
}

const nothing = (): void => undefined;

/** A program that is told nothing it would care for. */
const NOTHING: Program = {
  upgrade: nothing,
  open: nothing,
  message: nothing,
  pong: nothing,
  close: nothing,
  takeOver: nothing,
  tick: nothing,
  request: nothing,
  abort: nothing,
  run: nothing,
  error: nothing,
  endSession: nothing,
  dispose: nothing,
};
