// Dialect: the paths of one server, with `:param` segments.
import { segmentsOf } from "./path-segments.ts";

/** A literal segment wins over a parameter, the last registration of a path over earlier ones. */
export class PathRouter<T> {
  readonly #root = new Branch<T>();

  add(path: string, value: T): void {
    let branch = this.#root;
    for (const segment of segmentsOf(path)) branch = branch.at(segment);
    branch.target = { value };
  }

  /** Adds a path and all paths below it. A parameter or star at its end stands for the rest: `/static/:path`. */
  addTree(path: string, value: T): void {
    const segments = segmentsOf(path);
    const last = segments.at(-1) ?? "";
    const isRest = /^(?::.+|\*+)$/.test(last);
    let branch = this.#root;
    for (const segment of isRest ? segments.slice(0, -1) : segments) branch = branch.at(segment);
    branch.below = { value, name: last.startsWith(":") ? last.slice(1) : "" };
  }

  match(path: readonly string[]): PathMatch<T> | null {
    return find(this.#root, path, 0);
  }
}

/** The target of a path, and its parameters. */
export interface PathMatch<T> {
  readonly target: T;
  readonly params: Readonly<Record<string, string>>;
  /** The segments below a route that was added as a tree. */
  readonly rest: readonly string[];
}

/** One segment of the registered paths. */
class Branch<T> {
  readonly named = new Map<string, Branch<T>>();
  /** The parameters of this position, by name, in the order of their registration. */
  readonly params = new Map<string, Branch<T>>();
  target: { readonly value: T } | null = null;
  /** The target of all paths below that have no other. */
  below: { readonly value: T; readonly name: string } | null = null;

  at(segment: string): Branch<T> {
    const isParam = segment.length > 1 && segment.startsWith(":");
    const branches = isParam ? this.params : this.named;
    const name = isParam ? segment.slice(1) : segment;
    const found = branches.get(name) ?? new Branch<T>();
    branches.set(name, found);
    return found;
  }
}

function find<T>(branch: Branch<T>, path: readonly string[], at: number): PathMatch<T> | null {
  const segment = path[at];
  if (segment === undefined && branch.target !== null) {
    return { target: branch.target.value, params: {}, rest: [] };
  }
  const inner = segment === undefined ? null : findBelow(branch, path, at);
  if (inner !== null || branch.below === null) return inner;
  const rest = path.slice(at);
  const { value, name } = branch.below;
  return { target: value, params: name === "" ? {} : { [name]: rest.join("/") }, rest };
}

function findBelow<T>(branch: Branch<T>, path: readonly string[], at: number): PathMatch<T> | null {
  const segment = path[at] ?? "";
  const named = branch.named.get(segment);
  const literal = named === undefined ? null : find(named, path, at + 1);
  if (literal !== null) return literal;
  for (const [name, next] of branch.params) {
    const match = find(next, path, at + 1);
    // Defined, not assigned: a parameter may be called `__proto__`.
    if (match !== null)
      return { ...match, params: Object.fromEntries([[name, segment], ...Object.entries(match.params)]) };
  }
  return null;
}
