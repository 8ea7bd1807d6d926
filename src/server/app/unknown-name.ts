// Server: what an error about an unknown name suggests.
import { ParlorError } from "../../boundary/errors.ts";
import { nearest } from "../../boundary/text/nearest.ts";
import type { LoadedApp } from "../../load/load-app.ts";

/** The name that was probably meant, or the list of all names. */
export function hintFor(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === null ? `there are: ${known.join(", ")}` : `did you mean "${meant}"?`;
}

/** A route, or a script, that no state of the app has. */
export function unknownRoute(route: string, apps: readonly LoadedApp[]): ParlorError {
  const files = apps.flatMap(({ scripts, failed }) => [...scripts.map(({ file }) => file), ...failed]);
  const known = new Set(files.flatMap((file) => [file.route, file.name]).filter((name) => name !== ""));
  return new ParlorError("PARLOR_ROUTE_UNKNOWN/name", { route, hint: hintFor(route, [...known]) });
}
