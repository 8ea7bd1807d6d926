// Dialect: module ids and the paths that they stand for.
/** The registry path of a module id; null if it leads outside. `from` is the file with the `require`. */
export function pathFrom(id: string, from: string | null): string | null {
  const isRelative = /^\.\.?(\/|$)/.test(id);
  const segments = isRelative && from !== null ? from.split("/").slice(0, -1) : [];
  for (const segment of id.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") segments.push(segment);
    else if (segments.pop() === undefined) return null;
  }
  return segments.join("/");
}

/** The possible files of a path, best first: published ids have no `.js`. */
export function candidatesFor(path: string): string[] {
  return /\.(js|json)$/.test(path) ? [path] : [`${path}.js`, `${path}.json`];
}

/** A published module's id as it is listed: without a leading slash and without `.js`. */
export function plainId(id: string): string {
  return id.replace(/^\/+/, "").replace(/\.js$/, "");
}
