/** The path in the registry that a module id names; null when it leads out of it. `from` is the file that asks. */
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

/** The files that a path may mean, best first: published ids have no `.js`. */
export function candidatesFor(path: string): string[] {
  return /\.(js|json)$/.test(path) ? [path] : [`${path}.js`, `${path}.json`];
}

/** A published module's id as it is listed: without a slash before or `.js` behind. */
export function plainId(id: string): string {
  return id.replace(/^\/+/, "").replace(/\.js$/, "");
}
