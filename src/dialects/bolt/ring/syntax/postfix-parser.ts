// Dialect: parses what follows a value of Ring: attributes, items, calls and braces; and new objects.
import type { BraceNode, Expression, Statement } from "./ast.ts";
import type { TokenReader } from "./token-reader.ts";
import type { Place } from "./tokens.ts";

/** What an expression needs of the parser of statements. */
export interface BlockParsers {
  statements(): Statement[];
  parameters(): string[];
  /** The body of a function without a name, with its braces. */
  functionBody(): Statement[];
  dottedName(what: string): string;
}

/** What this parser needs of the one of expressions. */
export interface InnerParsers {
  expression(): Expression;
  /** Whether braces belong to the expression here. */
  takesBraces(): boolean;
  /** Parses what stands in brackets, where braces belong to it in any case. */
  inBrackets<T>(parse: () => T): T;
  /** Parses statements in braces. */
  inBraces<T>(parse: () => T): T;
}

/** A value with all that follows it. */
export class PostfixParser {
  readonly #reader: TokenReader;
  readonly #blocks: BlockParsers;
  readonly #inner: InnerParsers;

  constructor(reader: TokenReader, blocks: BlockParsers, inner: InnerParsers) {
    this.#reader = reader;
    this.#blocks = blocks;
    this.#inner = inner;
  }

  /** Expressions with commas between them, up to `end`. A comma may follow the last one. */
  items(end: string): Expression[] {
    const items: Expression[] = [];
    this.#reader.skipLines();
    while (!this.#reader.takeOperator(end)) {
      items.push(this.#inner.expression());
      this.#reader.skipLines();
      if (this.#reader.takeOperator(",")) this.#reader.skipLines();
      else if (!this.#reader.isOperator(end)) throw this.#reader.unexpected(`"," or "${end}"`);
    }
    if (end === ")") this.#reader.passLine();
    return items;
  }

  /** `new`, its class and its arguments. */
  created(): Expression {
    this.#reader.advance();
    this.#reader.skipLines();
    const isFrom = this.#reader.takeKeyword("from");
    const place = this.#place();
    const name = this.#blocks.dottedName("the name of a class");
    const at = isFrom ? ({ type: "name", name, place } as const) : name;
    if (!this.#opens("(")) return this.mixed({ type: "new", name: at, arguments: null });
    this.#reader.skipLines();
    this.#reader.advance();
    const values = this.#inner.inBrackets(() => this.items(")"));
    return this.mixed({ type: "new", name: at, arguments: values });
  }

  /** `call`, its variable and its arguments. */
  calledValue(): Expression {
    this.#reader.advance();
    const place = this.#place();
    let callee: Expression = {
      type: "name",
      name: this.#reader.expectName(`a variable after "call"`),
      place,
    };
    while (this.#reader.takeOperator("."))
      callee = {
        type: "attribute",
        base: callee,
        name: this.#reader.expectName("an attribute", true),
        place,
      };
    this.#reader.expectOperator("(", `after "call" and its variable`);
    const values = this.#inner.inBrackets(() => this.items(")"));
    return this.mixed({ type: "callValue", callee, arguments: values });
  }

  /** All that follows `start`. */
  mixed(start: Expression): Expression {
    let base = start;
    for (;;) {
      const next = this.#next(base);
      if (next === null) return base;
      base = next;
    }
  }

  #next(base: Expression): Expression | null {
    if (this.#opens(".")) return this.#attribute(base);
    if (this.#reader.isOperator("[") && isIndexed(base)) return this.#index(base);
    if (this.#reader.isOperator("(")) return this.#call(base);
    if (this.#inner.takesBraces() && this.#opens("{")) return this.#brace(base);
    return null;
  }

  // A dot and a brace may stand in the next line.
  #opens(operator: string): boolean {
    const { kind, value } = this.#reader.afterLines();
    return (
      kind === "operator" &&
      value === operator &&
      (this.#inner.takesBraces() || this.#reader.isOperator(operator))
    );
  }

  #attribute(base: Expression): Expression {
    this.#reader.skipLines();
    this.#reader.advance();
    this.#reader.skipLines();
    const place = this.#place();
    const name =
      this.#reader.current.kind === "text"
        ? this.#reader.advance().value.toLowerCase()
        : this.#reader.expectName("the name of an attribute or a method", true);
    return { type: "attribute", base, name, place };
  }

  #index(base: Expression): Expression {
    this.#reader.advance();
    const at = this.#inner.inBrackets(() => {
      this.#reader.skipLines();
      const index = this.#inner.expression();
      this.#reader.skipLines();
      this.#reader.expectOperator("]", "after the index");
      this.#reader.passLine();
      return index;
    });
    return { type: "index", base, at };
  }

  #call(base: Expression): Expression | null {
    if (base.type !== "name" && base.type !== "attribute") return null;
    this.#reader.advance();
    const { name, place } = base;
    const values = this.#inner.inBrackets(() => this.items(")"));
    if (base.type === "name") return { type: "call", name, arguments: values, place };
    return { type: "methodCall", base: base.base, name, arguments: values, place };
  }

  #brace(object: Expression): BraceNode {
    this.#reader.skipLines();
    const place = this.#place();
    this.#reader.advance();
    const before = this.#reader.nameAttributes(true);
    const body = this.#inner.inBraces(() => this.#blocks.statements());
    this.#reader.nameAttributes(before);
    this.#reader.expectOperator("}", "at the end of the braces");
    return { type: "brace", object, body, place };
  }

  #place(): Place {
    const { line, column } = this.#reader.current;
    return { line, column };
  }
}

function isIndexed({ type }: Expression): boolean {
  return type !== "new" && type !== "brace";
}
