// Load: reads the route of a script from its path.
import { problem, type AppProblem } from "./app-problem.ts";

/** A script's path below its folder, without extension, and the file to name in a problem. */
export interface ScriptPath {
  readonly path: string;
  readonly file: string;
}

/** The route of a path: `rooms/[id]` is `/rooms/:id`, `docs/[...rest]` is `/docs/**:rest`. */
export function routePath(prefix: string, { path, file }: ScriptPath): string | AppProblem {
  const parts = path.split("/");
  if (parts.at(-1) === "index") parts.pop();
  const seen = new Set<string>();
  const segments: string[] = [];
  for (const [index, part] of parts.entries()) {
    const segment = segmentOf(part, file);
    if ("code" in segment) return segment;
    const { text, parameter: name, rest } = segment;
    if (rest && index < parts.length - 1) return problem("PARLOR_ROUTE_NAME/rest", { file, part });
    if (name !== null && seen.has(name)) return problem("PARLOR_ROUTE_NAME/twice", { file, name });
    if (name !== null) seen.add(name);
    segments.push(text);
  }
  return [prefix, ...segments].join("/") || "/";
}

interface Segment {
  readonly text: string;
  readonly parameter: string | null;
  readonly rest: boolean;
}

const parameterName = /^[A-Za-z_]\w*$/;
// Characters that have a meaning in a route pattern or in a URL.
const reserved = /[:*?#%\\[\]{}()+\s\uFFFD-\uFFFF]/;

function segmentOf(part: string, file: string): Segment | AppProblem {
  const [bracketed, dots, name = ""] = /^\[(\.\.\.)?([^\]]*)\]$/.exec(part) ?? [];
  if (bracketed !== undefined) return parameterSegment(name, dots !== undefined, file);
  const [bad] = reserved.exec(part) ?? [];
  if (bad === undefined) return { text: part, parameter: null, rest: false };
  if (/[[\]]/.test(bad)) return problem("PARLOR_ROUTE_NAME/mixed", { file, part });
  return problem("PARLOR_ROUTE_NAME/character", { file, part, character: characterName(bad) });
}

function parameterSegment(name: string, rest: boolean, file: string): Segment | AppProblem {
  if (name === "__proto__" || !parameterName.test(name))
    return problem("PARLOR_ROUTE_NAME/parameter", { file, name });
  return { text: rest ? `**:${name}` : `:${name}`, parameter: name, rest };
}

function characterName(character: string): string {
  return character === " " ? "a space" : JSON.stringify(character);
}
