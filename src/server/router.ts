import { addRoute, createRouter, findRoute, type RouterContext } from "rou3";

/** A route that a path leads to, with the path's parameters; `null` where the route has none. */
export interface Match<T> {
  readonly data: T;
  readonly params: Readonly<Record<string, string>> | null;
}

/** From paths to what serves them. Patterns are those of file names: `/ws/rooms/:id`, `/files/**:rest`. */
export class Router<T> {
  readonly #context: RouterContext<T> = createRouter<T>();

  add(pattern: string, data: T): void {
    addRoute(this.#context, "", pattern, data);
  }

  /** `path` is decoded and normalized. */
  match(path: string): Match<T> | null {
    const found = findRoute(this.#context, "", path);
    if (found === undefined) return null;
    const params: unknown = found.params;
    return {
      data: found.data,
      params: params === undefined ? null : plain(params as Record<string, string>),
    };
  }
}

// Without a prototype, so that a parameter can have any name.
function plain(params: Record<string, string>): Readonly<Record<string, string>> | null {
  const entries = Object.entries(params);
  if (entries.length === 0) return null;
  return Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(entries));
}
