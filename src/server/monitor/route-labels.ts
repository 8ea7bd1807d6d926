// Server: the values of the label `route`. Their number is bounded, whatever paths programs register.

/** Routes of files keep their patterns. Of the paths that programs register, the first ones do. */
export class RouteLabels {
  readonly #rows: () => readonly Row[];
  readonly #registered = new Set<string>();
  /** The routes of files, and the rows that they are of. */
  #known: { readonly rows: readonly Row[]; readonly routes: ReadonlySet<string> } | null = null;

  constructor(rows: () => readonly Row[]) {
    this.#rows = rows;
  }

  of(route: string): string {
    if (this.#registered.has(route) || this.#files().has(route)) return route;
    if (this.#registered.size >= MOST_REGISTERED) return OTHER_ROUTES;
    this.#registered.add(route);
    return route;
  }

  #files(): ReadonlySet<string> {
    const rows = this.#rows();
    if (this.#known?.rows !== rows) this.#known = { rows, routes: new Set(rows.map(({ route }) => route)) };
    return this.#known.routes;
  }
}

interface Row {
  readonly route: string;
}

/** All paths that programs have registered beyond the first ones. */
export const OTHER_ROUTES = "(other)";

/** How many paths of programs have a label of their own. */
export const MOST_REGISTERED = 100;
