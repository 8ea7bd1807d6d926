// Dialect: parses a source file of Ring: its statements, functions, classes and packages.
import type { ClassNode, FunctionNode, MethodNode, SourceFile, Statement } from "./ast.ts";
import { scan } from "./scanner.ts";
import { StatementParser } from "./statement-parser.ts";
import { withoutOverflow } from "./syntax-error.ts";
import { TokenReader } from "./token-reader.ts";
import type { Place } from "./tokens.ts";

/** Parses a source file. Throws a `RingSyntaxError`. */
export function parse(source: string): SourceFile {
  const tokens = scan(source);
  const reader = new TokenReader(tokens);
  const parser = new FileParser(reader);
  withoutOverflow(
    () => parser.all(),
    () => reader.current,
  );
  return { ...parser.result(), addsMethods: tokens.some(({ value }) => value === "addmethod") };
}

interface OpenClass extends Omit<ClassNode, "privateFrom"> {
  readonly body: Statement[];
  readonly methods: MethodNode[];
  privateFrom: number;
}

// A statement belongs to the function or the class that was written last: nothing else ends one than the next.
class FileParser {
  readonly #reader: TokenReader;
  readonly #parser: StatementParser;
  readonly #body: Statement[] = [];
  readonly #functions: FunctionNode[] = [];
  readonly #classes: OpenClass[] = [];
  #statements: Statement[] = this.#body;
  #package = "";
  /** How many functions, classes and packages an `end` may follow, and how many braces of them are open. */
  #ends = 0;
  #braces = 0;

  constructor(reader: TokenReader) {
    this.#reader = reader;
    this.#parser = new StatementParser(reader);
  }

  all(): void {
    for (;;) {
      this.#reader.skipSeparators();
      if (this.#reader.current.kind === "end") break;
      this.#one();
    }
    if (this.#braces > 0) throw this.#reader.unexpected(`"}"`);
  }

  result(): Omit<SourceFile, "addsMethods"> {
    const classes = this.#classes.map((one) => ({
      ...one,
      privateFrom: Math.min(one.privateFrom, one.body.length),
    }));
    return { body: this.#body, functions: this.#functions, classes };
  }

  #one(): void {
    const { line, column } = this.#reader.current;
    const place = { line, column };
    if (this.#reader.takeKeyword("class")) return this.#class(place);
    if (this.#reader.takeKeyword("func", "function", "def")) return this.#function(place);
    if (this.#reader.takeKeyword("package")) return this.#packaged();
    if (this.#reader.takeKeyword("private")) return this.#private();
    if (this.#braces > 0 && this.#reader.takeOperator("}")) return this.#closed();
    if (this.#ends > 0 && this.#reader.takeKeyword(...ENDS)) return this.#ended();
    const statement = this.#parser.statement();
    if (statement === null) throw this.#reader.unexpected("a statement", STATEMENT_WORDS);
    this.#statements.push(statement);
  }

  #ended(): void {
    this.#ends -= 1;
  }

  #closed(): void {
    this.#braces -= 1;
  }

  #class(place: Place): void {
    this.#reader.skipLines();
    const name = this.#reader.expectName("the name of a class");
    const packageName = this.#package;
    if (this.#classes.some((one) => one.name === name && one.packageName === packageName))
      throw this.#reader.error(`the class "${name}" is defined twice`, place);
    const hasParent = this.#reader.takeKeyword("from") || this.#reader.takeOperator(":", "<");
    const parent = hasParent ? this.#parser.dottedName("the name of the parent class") : "";
    const body: Statement[] = [];
    this.#classes.push({ name, packageName, parent, body, privateFrom: Infinity, methods: [], place });
    this.#statements = body;
    this.#reader.nameAttributes(true);
    this.#open();
  }

  #open(): void {
    if (this.#opensBrace()) this.#braces += 1;
    else this.#ends += 1;
  }

  #opensBrace(): boolean {
    const next = this.#reader.afterLines();
    if (next.kind !== "operator" || next.value !== "{") return false;
    this.#reader.skipLines();
    this.#reader.advance();
    return true;
  }

  #packaged(): void {
    this.#reader.skipLines();
    this.#package = this.#parser.dottedName("the name of a package");
    this.#open();
  }

  #private(): void {
    const owner = this.#classes.at(-1);
    if (owner === undefined) throw this.#reader.error(`"private" belongs into a class`);
    owner.privateFrom = Math.min(owner.privateFrom, owner.body.length);
    this.#statements = owner.body;
    this.#reader.nameAttributes(true);
  }

  #function(place: Place): void {
    this.#reader.skipLines();
    const name = this.#reader.expectName("the name of a function");
    const owner = this.#classes.at(-1);
    const known: readonly FunctionNode[] = owner?.methods ?? this.#functions;
    if (known.some((one) => one.name === name))
      throw this.#reader.error(`the function "${name}" is defined twice`, place);
    const parameters = this.#parser.parameters();
    const body: Statement[] = [];
    const isPrivate = owner !== undefined && owner.privateFrom !== Infinity;
    if (owner === undefined) this.#functions.push({ name, parameters, body, place });
    else owner.methods.push({ name, parameters, body, place, isPrivate });
    this.#statements = body;
    this.#reader.nameAttributes(false);
    this.#functionBody(body);
  }

  #functionBody(body: Statement[]): void {
    const next = this.#reader.afterLines();
    if (next.kind !== "operator" || next.value !== "{") return void (this.#ends += 1);
    this.#reader.skipLines();
    body.push(...this.#parser.braced());
  }
}

const ENDS = ["end", "endfunc", "endfunction", "endclass", "endpackage"];
const STATEMENT_WORDS =
  "if for foreach while do switch try return see put load import func class package private".split(" ");
