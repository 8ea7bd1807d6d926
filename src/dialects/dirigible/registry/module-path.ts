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

/**
 * The possible files of a path, best first: published ids have no ending. A `.js` or `.mjs` may be what TypeScript is
 * compiled to elsewhere.
 */
export function candidatesFor(path: string): string[] {
  if (/\.m?js$/.test(path)) return [path, path.replace(/\.m?js$/, ".ts")];
  return ENDING.test(path) ? [path] : ENDINGS.map((ending) => path + ending);
}

/** The same for an error: `a/b.js, .mjs, .ts or .json`. */
export function candidatesText(path: string): string {
  if (ENDING.test(path)) return path;
  return `${path}${ENDINGS.slice(0, -1).join(", ")} or ${ENDINGS.at(-1)}`;
}

const ENDINGS = [".js", ".mjs", ".ts", ".json"];
const ENDING = /\.(?:m?js|ts|json)$/;

/** Whether the file at this path is a module with code. */
export function isCode(path: string): boolean {
  return /\.(?:m?js|ts)$/.test(path) && !path.endsWith(".d.ts");
}

/** The id of the module at this path: without the ending that may be left out. */
export function idOf(path: string): string {
  return path.replace(/\.(?:m?js|ts)$/, "");
}

/** A published module's id as it is listed: without a leading slash and without an ending. */
export function plainId(id: string): string {
  return id.replace(/^\/+/, "").replace(/\.m?js$/, "");
}
