// Dialect: parses the expressions of Ring.
import type { Expression, FunctionNode, Target } from "./ast.ts";
import { PostfixParser, type BlockParsers } from "./postfix-parser.ts";
import { leftOut } from "./syntax-error.ts";
import type { TokenReader } from "./token-reader.ts";
import type { Place } from "./tokens.ts";

/** Each level of precedence is a method, the loosest first. */
export class ExpressionParser {
  readonly #reader: TokenReader;
  readonly #blocks: BlockParsers;
  readonly #postfix: PostfixParser;
  /** Whether braces belong to the expression; after `if` and its like they are the block. */
  #takesBraces = true;
  /** Whether the expression may go on in the next line: in conditions and in parentheses. */
  #passesLines = false;
  /** The start of an expression that has been parsed already. */
  #start: Expression | null = null;

  constructor(reader: TokenReader, blocks: BlockParsers) {
    this.#reader = reader;
    this.#blocks = blocks;
    this.#postfix = new PostfixParser(reader, blocks, {
      expression: () => this.expression(),
      takesBraces: () => this.#takesBraces,
      inBrackets: (parse) => this.#inBrackets(parse),
      inBraces: (parse) => this.#with({ braces: true, lines: false }, parse),
    });
  }

  expression(): Expression {
    return this.#logic("or", "||", () => this.#logic("and", "&&", () => this.#not()));
  }

  /** The expression after `if`, `while` and their like: braces after it are the block. */
  condition(): Expression {
    return this.#with({ braces: false, lines: true }, () => this.expression());
  }

  /** The rest of an expression that begins with `start`. */
  continued(start: Expression): Expression {
    this.#start = start;
    return this.expression();
  }

  /** A name with all that follows it: attributes, items, calls, braces. */
  postfix(): Expression {
    const place = this.#place();
    return this.#postfix.mixed({ type: "name", name: this.#reader.takeName(), place });
  }

  /** A function without a name, from its parameters on. */
  anonymous(place: Place): FunctionNode {
    this.#reader.skipLines();
    const parameters = this.#blocks.parameters();
    const before = this.#reader.nameAttributes(false);
    const body = this.#with({ braces: true, lines: false }, () => this.#blocks.functionBody());
    this.#reader.nameAttributes(before);
    return { name: "", parameters, body, place };
  }

  #inBrackets<T>(parse: () => T): T {
    return this.#with({ braces: true, lines: this.#passesLines }, parse);
  }

  #with<T>({ braces, lines }: { readonly braces: boolean; readonly lines: boolean }, parse: () => T): T {
    const before = { braces: this.#takesBraces, lines: this.#passesLines };
    this.#takesBraces = braces;
    this.#passesLines = lines;
    const result = parse();
    this.#takesBraces = before.braces;
    this.#passesLines = before.lines;
    return result;
  }

  #place(): Place {
    const { line, column } = this.#reader.current;
    return { line, column };
  }

  #logic(operator: string, sign: string, inner: () => Expression): Expression {
    let left = inner();
    while (this.#takesLogic(operator, sign)) {
      this.#reader.skipLines();
      left = this.#binary(operator, left, inner());
    }
    return left;
  }

  #takesLogic(word: string, sign: string): boolean {
    const next = this.#reader.afterLines();
    const isIt =
      (next.kind === "keyword" && next.value === word) || (next.kind === "operator" && next.value === sign);
    if (isIt && this.#passesLines) this.#reader.skipLines();
    return this.#reader.takeKeyword(word) || this.#reader.takeOperator(sign);
  }

  #not(): Expression {
    if (this.#start !== null || !(this.#reader.takeKeyword("not") || this.#reader.takeOperator("!")))
      return this.#level(0);
    this.#reader.skipLines();
    return this.#unary("not", this.#level(0));
  }

  #level(index: number): Expression {
    const operators = LEVELS[index];
    if (operators === undefined) return this.#range();
    let left = this.#level(index + 1);
    while (this.#reader.isOperator(...operators) || this.#reader.continuesWith(...operators)) {
      const operator = this.#reader.advance().value;
      this.#reader.skipLines();
      left = this.#binary(operator, left, this.#level(index + 1));
    }
    return left;
  }

  #range(): Expression {
    const left = this.#factor();
    if (!this.#reader.takeOperator(":")) return left;
    this.#reader.skipLines();
    return this.#binary(":", left, this.#factor());
  }

  #binary(operator: string, left: Expression, right: Expression): Expression {
    return { type: "binary", operator, left, right, ringLine: this.#reader.ringLine };
  }

  #unary(operator: string, value: Expression): Expression {
    return { type: "unary", operator, value, ringLine: this.#reader.ringLine };
  }

  #factor(): Expression {
    const start = this.#start;
    this.#start = null;
    if (start !== null) return start;
    this.#reader.startExpression();
    const { kind, value } = this.#reader.current;
    if (this.#reader.isName) return this.#stepped(this.postfix());
    if (kind === "number") return { type: "number", value: this.#number() };
    if (kind === "text") return { type: "text", value: this.#literal() };
    if (kind === "operator") return this.#operatorFactor(value);
    if (kind === "keyword") return this.#keywordFactor(value);
    throw this.#reader.unexpected("an expression");
  }

  #literal(): string {
    const { value } = this.#reader.advance();
    if (this.#passesLines) this.#reader.passLine();
    return value;
  }

  #number(): number {
    const digits = this.#literal().replaceAll("_", "");
    const number = Number(/x/i.test(digits) ? digits.replace(/^0+/, "0") : digits.replace(/f$/i, ""));
    if (this.#reader.isOperator("(")) throw this.#reader.error(`"(" cannot follow a number`);
    return number;
  }

  #stepped(target: Expression): Expression {
    if (!isTarget(target)) return target;
    if (this.#reader.takeOperator("++")) return { type: "step", target, by: 1 };
    return this.#reader.takeOperator("--") ? { type: "step", target, by: -1 } : target;
  }

  #operatorFactor(operator: string): Expression {
    switch (operator) {
      case ":":
        return this.#key();
      case "-":
      case "~":
        this.#reader.advance();
        return this.#unary(operator, this.#factor());
      case "+":
        this.#reader.advance();
        return this.#factor();
      case "(":
        return this.#group();
      case "[":
        return this.#list();
      case "&":
        throw leftOut("& in front of a value", `use "ref"`, this.#reader.current);
      default:
        throw this.#reader.unexpected("an expression");
    }
  }

  // `:key` is a text, `:key = value` a list of both.
  #key(): Expression {
    this.#reader.advance();
    const { kind } = this.#reader.current;
    if (kind !== "name" && kind !== "keyword" && kind !== "number")
      throw this.#reader.unexpected(`a name after ":"`);
    const key: Expression = { type: "text", value: this.#reader.advance().value };
    if (!this.#reader.takeOperator("=")) return key;
    this.#reader.skipLines();
    return { type: "list", items: [key, this.expression()] };
  }

  #group(): Expression {
    this.#reader.advance();
    const inner = this.#with({ braces: true, lines: true }, () => this.#inGroup());
    const next = this.#reader.current;
    return next.kind === "operator" && (next.value === "." || next.value === "{")
      ? this.#postfix.mixed(inner)
      : inner;
  }

  #inGroup(): Expression {
    this.#reader.skipLines();
    const inner = this.expression();
    this.#reader.skipLines();
    this.#reader.expectOperator(")", "after the expression");
    this.#reader.passLine();
    return inner;
  }

  #list(): Expression {
    this.#reader.advance();
    const items = this.#inBrackets(() => this.#postfix.items("]"));
    return { type: "list", items };
  }

  #keywordFactor(word: string): Expression {
    const place = this.#place();
    if (word === "new") return this.#postfix.created();
    if (word === "call") return this.#postfix.calledValue();
    if (word !== "func" && word !== "function" && word !== "def")
      throw this.#reader.unexpected("an expression");
    this.#reader.advance();
    return { type: "function", function: this.anonymous(place) };
  }
}

/** Whether something can be assigned to it. */
export function isTarget(expression: Expression): expression is Target {
  return expression.type === "name" || expression.type === "index" || expression.type === "attribute";
}

// From the loosest to the tightest.
const LEVELS: readonly (readonly string[])[] = [
  ["=", "!="],
  ["<", ">", "<=", ">="],
  ["|", "^"],
  ["&"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%", "**"],
];
