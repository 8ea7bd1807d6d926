// Dialect: the exports that an HTTP script may have.
import { similarExports, type KnownExports } from "./similar-exports.ts";
import type { ScriptShape } from "../../../boundary/shape.ts";
import { LIFE_HOOKS } from "../../../boundary/host-spec.ts";
import { misplacedHooks, noFunctions, noHandler, type Checked } from "./read-exports.ts";

/** Either `handleRequest`, or one function per method. */
export function checkHttpExports({ exports }: ScriptShape): Checked<HttpContract> {
  const known = [...httpMethods, "handleRequest"];
  const handlers = known.filter((name) => Object.hasOwn(exports, name));
  const hooks = LIFE_HOOKS.filter((name) => Object.hasOwn(exports, name));
  const problems = [...noFunctions(exports, [...handlers, ...hooks])];
  if (handlers.includes("handleRequest")) problems.push(...misplacedHooks(exports, "each request"));
  const methods = handlers.filter((name) => name !== "handleRequest");
  if (methods.length > 0 && handlers.length > methods.length) {
    problems.push(`exports handleRequest and ${methods.join(" and ")}; keep handleRequest, or the methods`);
  }
  if (problems.length === 0 && handlers.length === 0)
    problems.push(noHandler(exports, known, similarExports(exports, httpKnown)));
  return problems.length > 0 ? { problems } : { contract: { handlers: [...handlers, ...hooks] } };
}

/** The contract of an HTTP script. */
export interface HttpContract {
  /** `GET`, `POST` and so on, or `handleRequest` alone. */
  readonly handlers: string[];
}

const httpMethods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** What has an effect in an HTTP script. */
export const httpKnown: KnownExports = {
  handlers: [...httpMethods, "handleRequest", ...LIFE_HOOKS],
  settings: [],
};
