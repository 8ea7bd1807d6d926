// Dialect: writes the arguments of calls, and what becomes of places that are given to parameters.
import type { Expression } from "../syntax/ast.ts";
import type { FunctionScope } from "./function-scope.ts";
import { property } from "./js-names.ts";
import type { WriterParts } from "./writer-parts.ts";

/** What it needs of the writer of expressions. */
interface ValueWriter {
  value(node: Expression): string;
  helper(name: string, ...values: readonly string[]): string;
}

/** A place that is given to a parameter which the function assigns holds afterwards what the parameter holds. */
export class CallWriter {
  readonly #parts: WriterParts;
  readonly #scope: FunctionScope;
  readonly #expressions: ValueWriter;

  constructor(parts: WriterParts, scope: FunctionScope, expressions: ValueWriter) {
    this.#parts = parts;
    this.#scope = scope;
    this.#expressions = expressions;
  }

  /** A call of a function or a method of this name; `call` writes it with its arguments. */
  write(name: string, values: readonly Expression[], call: (values: readonly string[]) => string): string {
    const positions = this.#parts.bodies.assignedParameters(name);
    const places = values.map((value, at) => (positions.has(at) ? this.#place(value) : null));
    const written = values.map((value, at) => this.#argument(value, places[at]?.held));
    return places.reduce((result, place) => {
      if (place === null) return result;
      return this.#expressions.helper("afterCall", result, place.held, `(r) => { ${place.assign} }`);
    }, call(written));
  }

  #argument(node: Expression, held: string | undefined): string {
    const value = this.#expressions.value(node);
    return held === undefined ? value : `${held} = ${value}`;
  }

  #place(node: Expression): { readonly held: string; readonly assign: string } | null {
    const assign = this.#assign(node);
    const held = `t${this.#parts.names.unique()}`;
    return assign === null ? null : { held: this.#scope.temporary(held), assign };
  }

  #assign(node: Expression): string | null {
    if (node.type === "name" && (node.name === "self" || node.name === "this")) return null;
    if (node.type === "name") return this.#parts.variables.assign(node.name, "r", this.#scope);
    if ((node.type !== "index" && node.type !== "attribute") || node.base.type !== "name") return null;
    const base = this.#expressions.value(node.base);
    if (node.type === "attribute") return `(${base}).attributes${property(node.name)} = r;`;
    const isPlain = ["name", "number", "text"].includes(node.at.type);
    const at = this.#expressions.value(node.at);
    return isPlain ? `${this.#expressions.helper("withItem", base, at, "r")};` : null;
  }
}
