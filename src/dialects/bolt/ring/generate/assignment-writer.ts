// Dialect: writes assignments to variables, attributes and items.
import type { AttributeNode, Expression, IndexNode, Target } from "../syntax/ast.ts";
import type { ExpressionWriter } from "./expression-writer.ts";
import type { WriterParts } from "./writer-parts.ts";
import type { FunctionScope } from "./function-scope.ts";
import { property, quoted } from "./js-names.ts";

/** A value is evaluated once, after the place that it goes to. */
export class AssignmentWriter {
  readonly #parts: WriterParts;
  readonly #scope: FunctionScope;
  readonly #expressions: ExpressionWriter;

  constructor(parts: WriterParts, scope: FunctionScope, expressions: ExpressionWriter) {
    this.#parts = parts;
    this.#scope = scope;
    this.#expressions = expressions;
  }

  assign(target: Target, value: string, ringLine: number): string {
    if (target.type === "name") return this.#assignName(target.name, value);
    if (target.type === "index") return this.#assignItem(target, value);
    const base = this.#expressions.value(target.base);
    const start = this.#expressions.ringMark(ringLine);
    if (start === "") return `${this.#setAttribute(target, base, value)};`;
    const id = this.#parts.names.unique();
    const set = this.#setAttribute(target, `c${id}`, `t${id}`);
    return `{ const c${id} = ${base}, t${id} = ${value}; ${start}${set}; }`;
  }

  /** `target += value` and its like. */
  change(target: Target, operator: string, { value, ringLine }: Assigned): string {
    const operators = OPERATORS[operator] as Operators;
    if (target.type === "index") {
      const places = [target.base, target.at].map((part) => this.#expressions.value(part));
      const change = this.#parts.names.helper(operators.strict);
      places.push(change, this.#expressions.value(value));
      return `${this.#expressions.inRingLine(ringLine, "changeItem", ...places)};`;
    }
    const id = this.#parts.names.unique();
    const start = `const t${id} = ${this.#expressions.value(value)}; ${this.#expressions.ringMark(ringLine)}`;
    if (target.type === "name")
      return `{ ${start} ${this.#parts.variables.change(target.name, `t${id}`, operators, this.#scope)} }`;
    const base = `const c${id} = ${this.#expressions.value(target.base)};`;
    const old = this.#expressions.helper("attributeOf", `c${id}`, quoted(target.name), this.#scope.caller);
    const changed = this.#expressions.helper(operators.plain, old, `t${id}`);
    return `{ ${base} ${start} ${this.#setAttribute(target, `c${id}`, changed)}; }`;
  }

  #assignName(name: string, value: string): string {
    if (/^[\w$]+$/.test(value)) return this.#parts.variables.assign(name, value, this.#scope);
    const id = this.#parts.names.unique();
    return `{ const t${id} = ${value}; ${this.#parts.variables.assign(name, `t${id}`, this.#scope)} }`;
  }

  #setAttribute({ name, base }: AttributeNode, object: string, value: string): string {
    const { kind, brace, caller } = this.#scope;
    const isSelf = base.type === "name" && (base.name === "self" || base.name === "this");
    if (kind === "class" && brace === null && isSelf) return `self.attributes${property(name)} = ${value}`;
    return this.#expressions.helper("assignAttribute", object, quoted(name), value, caller);
  }

  // A text cannot be changed, so the place that holds it gets another one.
  #assignItem({ base, at }: IndexNode, value: string): string {
    if (base.type === "index") {
      const places = [base.base, base.at, at].map((part) => this.#expressions.value(part));
      return `${this.#expressions.helper("setInner", ...places, value)};`;
    }
    if (base.type !== "name" && base.type !== "attribute")
      return `${this.#expressions.helper("withItem", this.#expressions.value(base), this.#expressions.value(at), value)};`;
    const id = this.#parts.names.unique();
    const owner = base.type === "attribute" ? `const o${id} = ${this.#expressions.value(base.base)};` : "";
    const read =
      base.type === "name"
        ? this.#expressions.value(base)
        : this.#expressions.helper("attributeOf", `o${id}`, quoted(base.name), this.#scope.caller);
    const put = this.#expressions.helper("withItem", `c${id}`, this.#expressions.value(at), value);
    const back =
      base.type === "name"
        ? this.#parts.variables.assign(base.name, `n${id}`, this.#scope)
        : `${this.#setAttribute(base, `o${id}`, `n${id}`)};`;
    return `{ ${owner} const c${id} = ${read}; const n${id} = ${put}; if (n${id} !== c${id}) { ${back} } }`;
  }
}

interface Assigned {
  readonly value: Expression;
  /** The line that Ring names when the assignment fails. */
  readonly ringLine: number;
}

interface Operators {
  /** The helper for variables and items, and the one for attributes that may have a setter. */
  readonly strict: string;
  readonly plain: string;
}

const OPERATORS: Readonly<Record<string, Operators>> = {
  "+=": { strict: "addTo", plain: "add" },
  "-=": { strict: "subtractFrom", plain: "subtract" },
  "*=": { strict: "multiplyBy", plain: "multiply" },
  "/=": { strict: "divideBy", plain: "divide" },
  "%=": { strict: "moduloBy", plain: "modulo" },
  "**=": { strict: "powerBy", plain: "power" },
  "&=": { strict: "bitAndBy", plain: "bitAnd" },
  "|=": { strict: "bitOrBy", plain: "bitOr" },
  "^=": { strict: "bitXorBy", plain: "bitXor" },
  "<<=": { strict: "shiftLeftBy", plain: "shiftLeft" },
  ">>=": { strict: "shiftRightBy", plain: "shiftRight" },
};
