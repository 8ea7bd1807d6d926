// Dialect: where the code of one function stands: its local variables, the objects whose names it sees, its loops.
import { jsName } from "./js-names.ts";

/** Top statements have no local variables; the body of a class has attributes instead. */
export type ScopeKind = "top" | "function" | "method" | "class";

/** The item that the variable of a `for in` stands for. */
export interface Alias {
  /** The JavaScript expression of the item. */
  readonly item: string;
  /** A statement in front of a change of it by a compound operator; the empty text if none is needed. */
  readonly before: string;
  /** A statement that follows an assignment to it; the empty text if none is needed. */
  readonly afterwards: string;
}

/** The scope of one function, as its code is written. */
export class FunctionScope {
  readonly kind: ScopeKind;
  /** The class of a method. */
  readonly owner: { readonly name: string; readonly packageName: string } | null;
  readonly parameters: ReadonlySet<string>;
  readonly #locals: ReadonlySet<string>;
  /** Names that certainly are local here, with how often. */
  readonly #known = new Map<string, number>();
  readonly #aliases = new Map<string, Alias[]>();
  /** JavaScript variables of the objects whose braces are open, the innermost last. */
  readonly #braces: string[] = [];
  /** Labels of the loops around, the innermost last; null for braces that no jump can leave. */
  readonly #loops: (string | null)[] = [];
  readonly #temporaries: string[] = [];

  constructor(
    kind: ScopeKind,
    names: { readonly parameters: readonly string[]; readonly locals: ReadonlySet<string> },
    owner: FunctionScope["owner"] = null,
  ) {
    this.kind = kind;
    this.owner = owner;
    this.parameters = new Set(names.parameters);
    this.#locals = new Set([...names.locals, ...names.parameters]);
  }

  /** Whether `self` of a method is in reach. */
  get isMethod(): boolean {
    return this.kind === "method";
  }

  /** The variable of the innermost braces; null outside of braces. */
  get brace(): string | null {
    return this.#braces.at(-1) ?? null;
  }

  /** The object whose attributes and methods are reached by bare names; null if there is none. */
  get object(): string | null {
    if (this.brace !== null) return this.brace;
    return this.kind === "method" || this.kind === "class" ? "self" : null;
  }

  /** What runs as the caller: the object of the method, or null. */
  get caller(): string {
    return this.isMethod ? "self" : "null";
  }

  isLocal(name: string): boolean {
    return this.kind !== "top" && this.kind !== "class" && this.#locals.has(name);
  }

  /** Whether a name is a local variable with a value at this place. */
  isKnown(name: string): boolean {
    return (this.#known.get(name) ?? 0) > 0;
  }

  variable(name: string): string {
    return jsName("v_", name);
  }

  alias(name: string): Alias | null {
    return this.#aliases.get(name)?.at(-1) ?? null;
  }

  /** The labels of the loops that a jump can reach, the innermost first. */
  get reachableLoops(): readonly string[] {
    const end = this.#loops.lastIndexOf(null);
    return (this.#loops.slice(end + 1) as string[]).reverse();
  }

  /** Whether `return` leaves the function here. */
  get canReturn(): boolean {
    return !this.#loops.includes(null);
  }

  temporary(name: string): string {
    this.#temporaries.push(name);
    return name;
  }

  know(name: string): void {
    this.#known.set(name, (this.#known.get(name) ?? 0) + 1);
  }

  within<T>(
    part: { readonly loop?: string | null; readonly brace?: string; readonly known?: string },
    write: () => T,
  ): T {
    if (part.loop !== undefined) this.#loops.push(part.loop);
    if (part.brace !== undefined) this.#braces.push(part.brace);
    if (part.known !== undefined) this.know(part.known);
    const result = write();
    if (part.known !== undefined) this.#known.set(part.known, (this.#known.get(part.known) ?? 1) - 1);
    if (part.brace !== undefined) this.#braces.pop();
    if (part.loop !== undefined) this.#loops.pop();
    return result;
  }

  withAlias<T>(name: string, alias: Alias, write: () => T): T {
    const aliases = this.#aliases.get(name) ?? [];
    this.#aliases.set(name, [...aliases, alias]);
    const result = write();
    this.#aliases.set(name, aliases);
    return result;
  }

  /** The declaration of the local variables, parameters excepted; the empty text if there are none. */
  declaration(): string {
    const isFree = this.kind === "top" || this.kind === "class";
    const locals = [...this.#locals].filter((name) => !isFree && !this.parameters.has(name));
    const all = [...locals.map((name) => this.variable(name)), ...this.#temporaries];
    return all.length === 0 ? "" : `let ${all.join(", ")};`;
  }

  /** The local variables as an object of their values (computed names: one may be `__proto__`), for `islocal` and `locals`. */
  localTable(): string {
    if (this.kind === "top" || this.kind === "class") return "null";
    const names = new Set([...this.parameters, ...this.#locals]);
    const entries = [...names].map((name) => `[${JSON.stringify(name)}]: ${this.variable(name)}`);
    return `{ ${["__proto__: null", ...entries].join(", ")} }`;
  }
}
