// Front: from paths to what serves them.
import { addRoute, createRouter, findRoute, type RouterContext } from "rou3";
import { messageOf } from "../../boundary/checks.ts";

/** Patterns are those of file names: `/ws/rooms/:id`, `/files/**:rest`. The most specific one wins. */
export class Router<T> {
  readonly #context: RouterContext<T> = createRouter<T>();

  add(pattern: string, data: T): void {
    addRoute(this.#context, "", pattern, data);
  }

  /** `path`: as `normalizePath` returns it. */
  match(path: string): Match<T> | null {
    const isSpecial = SPECIAL.test(path);
    const found = findRoute(this.#context, "", isSpecial ? encoded(path) : path);
    if (found === undefined) return null;
    const params = (found.params ?? {}) as Record<string, string>;
    if (isSpecial && Object.values(params).includes(EMPTY)) return null;
    return { data: found.data, params: plain(params, isSpecial ? decoded : String) };
  }
}

/** The data of a matching route, and the path's parameters; `null` where the route has none. */
export interface Match<T> {
  readonly data: T;
  readonly params: Readonly<Record<string, string>> | null;
}

// rou3 encodes these characters in its patterns, and looks a path up as it is: `/café` would never be found. Decoding gives
// back what a parameter was, encoded slashes and percent signs included.
const SPECIAL = /[%\0- "#<>?^`{}\x7F-\uFFFC]|\/\//;
const SPECIALS = /[\0- "#<>?^`{}\x7F-\uFFFC]+/g;

/** Stands for an empty segment, which rou3 cannot match: only a parameter of several segments can hold one. */
const EMPTY = "%00";

function encoded(path: string): string {
  return path.replace(SPECIALS, encodeURIComponent).replace(/(?<=\/)(?=\/)/g, EMPTY);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll(EMPTY, ""));
  } catch {
    return text;
  }
}

// Without a prototype, so that a parameter can have any name.
function plain(
  params: Readonly<Record<string, string>>,
  decode: (text: string) => string,
): Match<unknown>["params"] {
  const entries = Object.entries(params).map(([name, value]) => [name, decode(value)] as const);
  if (entries.length === 0) return null;
  return Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(entries));
}

/** Why a pattern is not a route, in words; `null` when it is one. */
export function patternProblem(pattern: string): string | null {
  try {
    new Router<null>().add(pattern, null);
    return null;
  } catch (error) {
    const why = messageOf(error);
    return why.replace(/^rou3: /, "").replace(` (${pattern})`, "");
  }
}
