// Dialect: the responses to a Bolt request for which no callback is needed.
import type { HttpCommands } from "../../../boundary/commands.ts";
import type { RequestHead } from "../../../boundary/events.ts";
import type { BoltHttpRoute, ProgramRoutes } from "../routes/program-routes.ts";

/** A response without a callback. */
export interface PlainResponse {
  readonly status: number;
  readonly text: string;
  readonly allow: readonly string[];
}

/** The route of a request, or the response if there is none. HEAD is GET without the body. */
export function routeFor(
  routes: ProgramRoutes | null,
  { method, route: pattern }: RequestHead,
): { route: BoltHttpRoute } | PlainResponse {
  if (routes === null) return { status: 503, text: "Service Unavailable", allow: [] };
  const found = routes.httpRoutes(pattern);
  const route =
    found.find((one) => one.method === method) ??
    (method === "HEAD" ? found.find((one) => one.method === "GET") : undefined);
  if (route !== undefined) return { route };
  const allow = found.map((one) => one.method);
  if (allow.length === 0) return { status: 404, text: "Not Found", allow };
  return { status: 405, text: "Method Not Allowed", allow };
}

export function sendPlainResponse(
  commands: HttpCommands,
  { request }: RequestHead,
  { status, text, allow }: PlainResponse,
): void {
  const headers: [string, string][] = [["content-type", "text/plain; charset=utf-8"]];
  if (allow.length > 0) headers.push(["allow", allow.join(", ")]);
  commands.respond(request, { status, headers });
  commands.write(request, text, true);
}
