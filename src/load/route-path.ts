/** A file's route, or why it has none. */
export type RoutePath = { readonly route: string } | { readonly wrong: string };

const parameterName = /^[A-Za-z_]\w*$/;
// Characters that a router or a URL gives a meaning of its own.
const reserved = /[:*?#%\\[\]{}()+\s\uFFFD-\uFFFF]/;

/** The route of a path without extension: `rooms/[id]` is `/rooms/:id`, `docs/[...rest]` is `/docs/**:rest`. */
export function routePath(prefix: string, path: string): RoutePath {
  const parts = path.split("/");
  if (parts.at(-1) === "index") parts.pop();
  const seen = new Set<string>();
  const segments: string[] = [];
  for (const [index, part] of parts.entries()) {
    const parsed = segmentOf(part);
    if ("wrong" in parsed) return parsed;
    if (parsed.rest && index < parts.length - 1) {
      return { wrong: `"${part}" takes the rest of the path, so it must be the last part of it` };
    }
    if (parsed.parameter !== null && seen.has(parsed.parameter)) {
      return { wrong: `the parameter "${parsed.parameter}" is there twice; give each its own name` };
    }
    if (parsed.parameter !== null) seen.add(parsed.parameter);
    segments.push(parsed.text);
  }
  return { route: [prefix, ...segments].join("/") || "/" };
}

interface Segment {
  readonly text: string;
  readonly parameter: string | null;
  readonly rest: boolean;
}

function segmentOf(part: string): Segment | { wrong: string } {
  const match = /^\[(\.\.\.)?([^\]]*)\]$/.exec(part);
  if (match !== null) return parameterSegment(match[2] ?? "", match[1] !== undefined);
  const bad = reserved.exec(part);
  if (bad === null) return { text: part, parameter: null, rest: false };
  if (/[[\]]/.test(bad[0])) {
    return {
      wrong: `"${part}" mixes a parameter with other text; a parameter is a whole part, as in "[id]"`,
    };
  }
  return { wrong: `"${part}" holds ${JSON.stringify(bad[0])}, which a route cannot; rename it` };
}

function parameterSegment(name: string, rest: boolean): Segment | { wrong: string } {
  if (name === "__proto__" || !parameterName.test(name)) {
    return { wrong: `"[${name}]" is no parameter name; use letters and digits, as in "[id]"` };
  }
  return { text: rest ? `**:${name}` : `:${name}`, parameter: name, rest };
}
