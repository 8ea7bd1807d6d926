// Dialect: the export `token` of a WebSocket script.
import { found, type Exports } from "./read-exports.ts";

/** What is wrong with it, one line. */
export function wrongToken(exports: Exports): string[] {
  if (!Object.hasOwn(exports, "token")) return [];
  const shape = exports["token"];
  const entries = shape?.type === "settings" ? Object.entries(shape.value) : [];
  if (entries.length > 0 && entries.every(([name, value]) => isPlace(name, value))) return [];
  const example = 'as in { query: "access_token" } or { cookie: "session" }';
  return [`token must name a query parameter or a cookie, ${example}; it is ${found(exports, "token")}`];
}

const PLACES: ReadonlySet<string> = new Set(["query", "cookie"]);

function isPlace(name: string, value: unknown): boolean {
  return PLACES.has(name) && typeof value === "string" && value !== "";
}
