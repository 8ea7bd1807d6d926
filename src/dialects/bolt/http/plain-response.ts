// Dialect: the responses to a Bolt request for which no callback is needed.
import type { HttpCommands } from "../../../boundary/commands.ts";
import type { RequestHead } from "../../../boundary/events.ts";
import { unmatched, unmatchedText } from "../routes/constraint.ts";
import type { BoltHttpRoute, BoltSseRoute, ProgramRoutes } from "../routes/program-routes.ts";

/** A response without a callback. */
export interface PlainResponse {
  readonly status: number;
  readonly text: string;
  readonly allow: readonly string[];
}

/** The route or the stream of a request, or the response if there is none. HEAD is GET without the body. */
export function routeFor(
  routes: ProgramRoutes | null,
  { method, route: pattern, params }: RequestHead,
): { route: BoltHttpRoute } | { sse: BoltSseRoute } | PlainResponse {
  if (routes === null) return { status: 503, text: "Service Unavailable", allow: [] };
  const found = routes.httpRoutes(pattern);
  const route =
    found.find((one) => one.method === method) ??
    (method === "HEAD" ? found.find((one) => one.method === "GET") : undefined);
  if (route !== undefined) {
    const failed = unmatched(route.constraints, params);
    return failed === null ? { route } : { status: 400, text: unmatchedText(failed), allow: [] };
  }
  const sse = routes.sseRoute(pattern);
  if (sse !== null && (method === "GET" || method === "HEAD")) return { sse };
  const allow = [...found.map((one) => one.method), ...(sse === null ? [] : ["GET"])];
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
