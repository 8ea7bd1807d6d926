import type { Commands } from "../../../boundary/commands.ts";
import type { RequestHead } from "../../../boundary/events.ts";
import { normalizePath } from "../../../boundary/path.ts";
import type { BoltHttpRoute, ProgramRoutes } from "../routes/program-routes.ts";

/** An answer that no callback of the program is needed for. */
export interface PlainResponse {
  readonly status: number;
  readonly text: string;
  readonly allow: readonly string[];
}

/** The route that a request is for, or what it is answered without one. HEAD is GET without the body. */
export function routeFor(
  routes: ProgramRoutes | null,
  { method, url }: RequestHead,
): { route: BoltHttpRoute } | PlainResponse {
  if (routes === null) return { status: 503, text: "Service Unavailable", allow: [] };
  const path = normalizePath(new URL(url).pathname);
  const found = path === null ? [] : routes.httpRoutes(path);
  const route =
    found.find((one) => one.method === method) ??
    (method === "HEAD" ? found.find((one) => one.method === "GET") : undefined);
  if (route !== undefined) return { route };
  const allow = found.map((one) => one.method);
  if (allow.length === 0) return { status: 404, text: "Not Found", allow };
  return { status: 405, text: "Method Not Allowed", allow };
}

export function sendPlainResponse(
  commands: Commands,
  { request }: RequestHead,
  { status, text, allow }: PlainResponse,
): void {
  const headers: [string, string][] = [["content-type", "text/plain; charset=utf-8"]];
  if (allow.length > 0) headers.push(["allow", allow.join(", ")]);
  commands.respond(request, { status, headers });
  commands.write(request, text, true);
}
