// Dialect: queries and forms as a browser writes them.
import type { WebPlatform } from "../../../host/api/web-platform.ts";

/** The pairs in the order in which they came; names may be repeated. */
export function parsePairs(web: WebPlatform, encoded: string): Pair[] {
  return web.parseQuery(encoded).map(([key, value]) => ({ key, value }));
}

/** A name and its value. */
export interface Pair {
  readonly key: string;
  readonly value: string;
}
