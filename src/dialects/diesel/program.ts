// Dialect: the program of a Diesel script, by the script's kind.
import type { Program, ScriptContext } from "../../host/api/dialect.ts";
import { HttpProgram } from "./http-program.ts";
import { JobProgram } from "./job-program.ts";
import { WsProgram } from "./ws-program.ts";

/** Makes the program for a WebSocket route, an HTTP route, or a job (a cron file or a task). */
export function dieselProgram(script: ScriptContext): Program {
  if (script.info.kind === "ws") return new WsProgram(script);
  return script.info.kind === "http" ? new HttpProgram(script) : new JobProgram(script);
}
