// Dialect: parses the statements of Ring.
import type { Branch, Expression, Statement } from "./ast.ts";
import { ExpressionParser, isTarget } from "./expression-parser.ts";
import { leftOut } from "./syntax-error.ts";
import { ASSIGNMENTS, type TokenReader } from "./token-reader.ts";
import type { Place } from "./tokens.ts";

/** Parses statements up to a word that is none: the caller knows which words may end them. */
export class StatementParser {
  readonly #reader: TokenReader;
  readonly #expressions: ExpressionParser;

  constructor(reader: TokenReader) {
    this.#reader = reader;
    this.#expressions = new ExpressionParser(reader, {
      statements: () => this.statements(),
      parameters: () => this.parameters(),
      functionBody: () => this.#anonymousBody(),
      dottedName: (what) => this.dottedName(what),
    });
  }

  /** The statements from here to the first token that starts none. */
  statements(): Statement[] {
    const found: Statement[] = [];
    for (;;) {
      this.#reader.skipSeparators();
      const statement = this.statement();
      if (statement === null) return found;
      found.push(statement);
    }
  }

  /** The statement at the current token, after any line ends; null if none starts there. */
  statement(): Statement | null {
    const { kind, value, line, column } = this.#reader.current;
    const place = { line, column };
    this.#reader.startStatement();
    if (kind === "keyword" && !this.#reader.isName) return this.#keywordStatement(value, place);
    if (this.#reader.takeOperator("?")) return this.#see(true, place);
    if (kind === "end" || (kind === "operator" && !STARTS.has(value))) return null;
    return this.#expressionStatement(place);
  }

  /** The parameters of a function, in parentheses or without them. */
  parameters(): string[] {
    const isOpen = this.#reader.takeOperator("(");
    const names: string[] = [];
    if (isOpen) this.#reader.skipLines();
    if (this.#reader.canBeName) {
      do {
        this.#reader.skipLines();
        names.push(this.#parameter(isOpen));
      } while (this.#reader.takeOperator(","));
    }
    if (!isOpen) return names;
    this.#reader.skipLines();
    this.#reader.expectOperator(")", "after the parameters");
    return names;
  }

  /** A name that may have dots, as those of packages. */
  dottedName(what: string): string {
    let name = this.#reader.expectName(what);
    while (this.#reader.takeOperator(".")) name += `.${this.#reader.expectName(what)}`;
    return name;
  }

  /** The statements in braces, whose first one is the current token. */
  braced(): Statement[] {
    this.#reader.advance();
    const body = this.statements();
    this.#reader.expectOperator("}", "at the end of the block");
    return body;
  }

  // A type may stand before the name.
  #parameter(isOpen: boolean): string {
    const name = this.#reader.expectName("the name of a parameter");
    return isOpen && this.#reader.canBeName ? this.#reader.advance().value : name;
  }

  #anonymousBody(): Statement[] {
    this.#reader.skipLines();
    if (!this.#reader.isOperator("{")) throw this.#reader.unexpected(`"{" of the function`);
    return this.braced();
  }

  #keywordStatement(word: string, place: Place): Statement | null {
    const parse = this.#parsers[word];
    if (parse !== undefined) {
      this.#reader.advance();
      return parse(place);
    }
    if (word === "give" || word === "get")
      throw leftOut(word, "a server has no keyboard, so remove it", place);
    return word === "new" || word === "call" || word === "not" || FUNCTION.has(word)
      ? this.#functionOrExpression(word, place)
      : null;
  }

  // Functions with a name stand outside of statements.
  #functionOrExpression(word: string, place: Place): Statement | null {
    return FUNCTION.has(word) ? null : this.#expressionStatement(place);
  }

  readonly #parsers: Readonly<Record<string, (place: Place) => Statement>> = {
    see: (place) => this.#see(false, place),
    put: (place) => this.#see(false, place),
    if: (place) => this.#reader.inside(["but", "else", "other", "ok"], () => this.#if(place)),
    for: (place) => this.#for(place),
    foreach: (place) => this.#for(place),
    while: (place) => this.#while(place),
    do: (place) => this.#reader.inside(["again"], () => this.#do(place)),
    switch: (place) => this.#reader.inside(["on", "case", "other", "else", "off"], () => this.#switch(place)),
    try: (place) => this.#reader.inside(["catch", "done"], () => this.#try(place)),
    return: (place) => ({ type: "return", value: this.#optional(), place }),
    exit: (place) => ({ type: "exit", levels: this.#levels(), place }),
    break: (place) => ({ type: "exit", levels: this.#levels(), place }),
    loop: (place) => ({ type: "loop", levels: this.#levels(), place }),
    continue: (place) => ({ type: "loop", levels: this.#levels(), place }),
    bye: (place) => ({ type: "bye", place }),
    load: (place) => this.#load(place),
    import: (place) => {
      this.#reader.skipLines();
      return { type: "import", name: this.dottedName("the name of a package"), place };
    },
  };

  #see(hasLineEnd: boolean, place: Place): Statement {
    this.#reader.skipLines();
    return { type: "see", value: this.#expressions.expression(), hasLineEnd, place };
  }

  #expressionStatement(place: Place): Statement {
    if (!this.#reader.isName)
      return { type: "expression", expression: this.#expressions.expression(), place };
    const target = this.#expressions.postfix();
    if (target.type === "name" && SYNTAX_CHANGES.has(target.name))
      throw leftOut(target.name, "write the program with the words and signs of Ring", place);
    const operator = this.#reader.current.value;
    if (this.#reader.current.kind === "operator" && isTarget(target)) {
      if (operator === "++" || operator === "--") return this.#step(target, place);
      if (ASSIGNMENTS.has(operator)) return this.#assignment(target, place);
    }
    const expression = this.#expressions.continued(target);
    if (expression.type === "name") this.#reader.suspect(expression);
    return { type: "expression", expression, place };
  }

  #assignment(target: Extract<Statement, { type: "assign" }>["target"], place: Place): Statement {
    const operator = this.#reader.advance().value;
    this.#reader.skipLines();
    const value = this.#expressions.expression();
    return { type: "assign", target, operator, value, ringLine: this.#reader.ringLine, place };
  }

  #step(target: Extract<Statement, { type: "assign" }>["target"], place: Place): Statement {
    const by = this.#reader.advance().value === "++" ? 1 : -1;
    const expression = this.#expressions.continued({ type: "step", target, by });
    return { type: "expression", expression, place };
  }

  // The block of a control structure may be in braces.
  #opening(): boolean {
    const next = this.#reader.afterLines();
    if (next.kind !== "operator" || next.value !== "{") return false;
    this.#reader.skipLines();
    this.#reader.advance();
    return true;
  }

  #close(isBraced: boolean, words: readonly string[]): void {
    if (isBraced && this.#reader.takeOperator("}")) return;
    if (this.#reader.takeKeyword(...words)) return;
    throw this.#reader.unexpected(isBraced ? `"}"` : `"${words[0]}"`, words);
  }

  #if(place: Place): Statement {
    this.#reader.skipLines();
    const test = this.#expressions.condition();
    const isBraced = this.#opening();
    const branches: Branch[] = [{ test, body: this.statements() }];
    while (this.#reader.takeKeyword("but", "elseif")) branches.push(this.#branch());
    const otherwise = this.#reader.takeKeyword("else", "other") ? this.statements() : [];
    this.#close(isBraced, ["ok", "end", "endif", "else", "elseif", "but"].slice(0, 3));
    return { type: "if", branches, otherwise, place };
  }

  #branch(): Branch {
    this.#reader.skipLines();
    return { test: this.#expressions.condition(), body: this.statements() };
  }

  #switch(place: Place): Statement {
    this.#reader.skipLines();
    const value = this.#expressions.condition();
    const isBraced = this.#opening();
    const branches: Branch[] = [];
    this.#reader.skipLines();
    while (this.#reader.takeKeyword("on", "case")) branches.push(this.#branch());
    const otherwise = this.#reader.takeKeyword("other", "else") ? this.statements() : [];
    this.#close(isBraced, ["off", "end", "endswitch"]);
    return { type: "switch", value, branches, otherwise, place };
  }

  #for(place: Place): Statement {
    this.#reader.skipLines();
    const name = this.#reader.expectName(`the variable after "for"`);
    if (this.#reader.takeKeyword("in")) return this.#forIn(name, place);
    this.#reader.expectOperator("=", `or "in" after the variable of "for"`);
    this.#reader.skipLines();
    const from = this.#expressions.condition();
    if (!this.#reader.takeKeyword("to")) throw this.#reader.unexpected(`"to"`, ["to"]);
    this.#reader.skipLines();
    const to = this.#expressions.condition();
    return { type: "for", name, from, to, ...this.#loopRest(), place };
  }

  #forIn(name: string, place: Place): Statement {
    this.#reader.skipLines();
    const list = this.#expressions.condition();
    return { type: "forIn", name, list, ...this.#loopRest(), place };
  }

  #loopRest(): { step: Expression | null; body: Statement[] } {
    const step = this.#reader.takeKeyword("step") ? this.#expressions.condition() : null;
    const isBraced = this.#opening();
    const body = this.statements();
    this.#close(isBraced, ["next", "end", "endfor"]);
    return { step, body };
  }

  #while(place: Place): Statement {
    this.#reader.skipLines();
    const test = this.#expressions.condition();
    const isBraced = this.#opening();
    const body = this.statements();
    this.#close(isBraced, ["end", "endwhile"]);
    return { type: "while", test, body, place };
  }

  #do(place: Place): Statement {
    const body = this.statements();
    if (!this.#reader.takeKeyword("again")) throw this.#reader.unexpected(`"again"`, ["again"]);
    this.#reader.skipLines();
    return { type: "do", body, test: this.#expressions.expression(), place };
  }

  #try(place: Place): Statement {
    const isBraced = this.#opening();
    const body = this.statements();
    if (!this.#reader.takeKeyword("catch")) throw this.#reader.unexpected(`"catch"`, ["catch"]);
    const handler = this.statements();
    this.#close(isBraced, ["done", "end", "endtry"]);
    return { type: "try", body, handler, place };
  }

  // The value of `return` stands in the same line.
  #optional(): Expression | null {
    const { kind, value } = this.#reader.current;
    if (kind === "line" || kind === "end") return null;
    this.#reader.startExpression();
    if (kind === "keyword" && !this.#reader.isName && !VALUE_WORDS.has(value)) return null;
    return kind === "operator" && !STARTS.has(value) ? null : this.#expressions.expression();
  }

  #levels(): Expression | null {
    const { kind } = this.#reader.current;
    return kind === "number" || kind === "name" ? this.#expressions.expression() : null;
  }

  #load(place: Place): Statement {
    if (this.#reader.isKeyword("package")) throw leftOut("load package", `use "load"`, this.#reader.current);
    this.#reader.takeKeyword("again");
    if (this.#reader.current.kind !== "text")
      throw this.#reader.unexpected(`the name of a file after "load"`);
    return { type: "load", path: this.#reader.advance().value, place };
  }
}

/** Operators with which an expression starts. */
const STARTS: ReadonlySet<string> = new Set(["(", "[", "-", "+", "~", "!", ":"]);
const FUNCTION: ReadonlySet<string> = new Set(["func", "function", "def"]);
/** Keywords with which an expression starts. */
const VALUE_WORDS: ReadonlySet<string> = new Set([...FUNCTION, "new", "call", "not"]);

/** Words that change the words and the signs of Ring itself. */
const SYNTAX_CHANGES: ReadonlySet<string> = new Set([
  "changeringkeyword",
  "changeringoperator",
  "loadsyntax",
]);
