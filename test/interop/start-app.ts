import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ParlorConfig } from "../../src/config.ts";
import { silentLog } from "../../src/log.ts";
import { createServer, serve, type ParlorServer } from "../../src/server/serve.ts";
import type { RouteHandlers } from "../../src/index.ts";

/** Where the scripts run. */
export type Place = "thread" | "inline";

const app = join(import.meta.dirname, "fixtures/app");

/** The app of these tests on a free port, its scripts on threads or in this one. */
export async function startApp(place: Place, given: ParlorConfig): Promise<ParlorServer> {
  // One page connects to the servers of all settings.
  const settings: ParlorConfig = { allowedOrigins: "*", ...given };
  if (place === "thread") return await serve({ ...settings, port: 0, dir: app, log: silentLog });
  const routes = Object.fromEntries(await Promise.all(["echo", "text", "all"].map(loaded)));
  const publicDir = join(app, "public");
  const server = createServer({ ...settings, port: 0, routes, publicDir, log: silentLog });
  await server.listen();
  return server;
}

// The very file that is served on a thread.
async function loaded(name: string): Promise<[string, RouteHandlers]> {
  const module = (await import(pathToFileURL(join(app, `ws/${name}.js`)).href)) as RouteHandlers;
  return [`/ws/${name}`, module];
}
