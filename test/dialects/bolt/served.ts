import { serveOn, type Place, type ServedApp } from "../../support/served-app.ts";

/** Serves an app of one Bolt program on the server's own port, with these other files. */
export function serveBolt(
  place: Place,
  program: string,
  files: Readonly<Record<string, string>> = {},
): Promise<ServedApp> {
  return serveOn(place, { "bolt/program.ts": program, ...files });
}
