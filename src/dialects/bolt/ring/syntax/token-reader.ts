// Dialect: reads tokens one after the other, and makes the errors about them.
import { nearestKeyword } from "./nearest-keyword.ts";
import { RingSyntaxError } from "./syntax-error.ts";
import type { NameNode } from "./ast.ts";
import type { Token } from "./tokens.ts";

/** A position in the tokens of a file. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;
  /** Keywords that are names in this file. */
  readonly #names = new Set<string>();
  /** The words that divide and end the statements around the current token. */
  readonly #closers: string[] = [];
  /** The index of the token after a bracket or its like, from which on Ring counts the line ends as passed. */
  #passed = -1;
  /** The index of a keyword in the middle of statements with which an expression starts: there it is a name. */
  #nameAt = -1;
  #namesAttributes = false;
  /** The last statement that is only a name which resembles a keyword: a later error may come from it. */
  #suspect: NameNode | null = null;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#tokens[this.#at] as Token;
  }

  advance(): Token {
    const token = this.current;
    if (token.kind !== "end") this.#at += 1;
    return token;
  }

  isOperator(...operators: readonly string[]): boolean {
    return this.current.kind === "operator" && operators.includes(this.current.value);
  }

  isKeyword(...words: readonly string[]): boolean {
    return this.current.kind === "keyword" && words.includes(this.current.value);
  }

  /** An expression starts here: keywords that divide or end no statement around it are names. */
  startExpression(): void {
    if (this.#isSoft) this.#nameAt = this.#at;
  }

  /** A statement starts here in the braces of an object, or in a class: the same keywords are names of attributes. */
  startStatement(): void {
    if (this.#namesAttributes) this.startExpression();
  }

  /** Whether statements that follow may be names of attributes. Returns whether those before might be. */
  nameAttributes(are: boolean): boolean {
    const before = this.#namesAttributes;
    this.#namesAttributes = are;
    return before;
  }

  get #isSoft(): boolean {
    const { kind, value } = this.current;
    return kind === "keyword" && SOFT.has(value) && !this.#closers.includes(value);
  }

  /**
   * Whether the current token is a name. A keyword that is followed by an assignment is one, and in the rest of the file too where it
   * cannot be a keyword.
   */
  get isName(): boolean {
    const { kind, value } = this.current;
    if (kind !== "keyword") return kind === "name";
    if (this.#at === this.#nameAt) return true;
    const next = this.#tokens[this.#at + 1] as Token;
    const isFree = !this.#closers.includes(value);
    if (next.kind !== "operator" || !ASSIGNMENTS.has(next.value)) return isFree && this.#names.has(value);
    if (isFree && SOFT.has(value)) this.#names.add(value);
    return true;
  }

  /** Parses a statement in which `words` are keywords, which may be names outside of it. */
  inside<T>(words: readonly string[], parse: () => T): T {
    this.#closers.push(...words);
    const result = parse();
    this.#closers.length -= words.length;
    return result;
  }

  /** Whether a name can be read here: keywords that divide or end no statement around it may be names, too. */
  get canBeName(): boolean {
    return this.current.kind === "name" || this.#isSoft;
  }

  takeName(): string {
    if (!this.isName) throw this.unexpected("a name");
    return this.advance().value;
  }

  /** Passes the operator if it is the current token. */
  takeOperator(...operators: readonly string[]): boolean {
    const isIt = this.isOperator(...operators);
    if (isIt) this.advance();
    return isIt;
  }

  takeKeyword(...words: readonly string[]): boolean {
    const isIt = this.isKeyword(...words);
    if (isIt) this.advance();
    return isIt;
  }

  /** Line ends at the current token belong to what was read before. */
  passLine(): void {
    this.#passed = this.#at;
  }

  /** The line that Ring names for an operation whose operands end here. */
  get ringLine(): number {
    if (this.#passed === this.#at) return this.afterLines().line;
    return (this.#tokens[this.#at - 1] ?? this.current).line;
  }

  /** Whether the next line goes on with one of these operators, where the line ends were passed. Skips to it. */
  continuesWith(...operators: readonly string[]): boolean {
    const { kind, value } = this.afterLines();
    const isIt = this.#passed === this.#at && kind === "operator" && operators.includes(value);
    if (isIt) this.skipLines();
    return isIt;
  }

  skipLines(): void {
    while (this.current.kind === "line") this.advance();
  }

  /** What may stand between statements: line ends and commas. */
  skipSeparators(): void {
    while (this.current.kind === "line" || this.isOperator(",")) this.advance();
  }

  /** The first token other than a line end. */
  afterLines(): Token {
    let at = this.#at;
    while (this.#tokens[at]?.kind === "line") at += 1;
    return this.#tokens[at] as Token;
  }

  expectOperator(operator: string, what: string): void {
    if (!this.takeOperator(operator)) throw this.unexpected(`"${operator}" ${what}`);
  }

  /** A name, also one that is a keyword elsewhere when `isAny`. */
  expectName(what: string, isAny = false): string {
    const { kind, value } = this.current;
    if (kind === "name" || this.#isSoft || (isAny && kind === "keyword")) return this.advance().value;
    if (kind === "keyword") throw this.error(`"${value}" is a keyword and cannot be ${what}`);
    throw this.unexpected(what);
  }

  suspect(name: NameNode): void {
    const near = nearestKeyword(name.name);
    if (near !== null && near !== name.name) this.#suspect = name;
  }

  error(message: string, place: { line: number; column: number } = this.current): RingSyntaxError {
    return new RingSyntaxError(message, place);
  }

  /** The error that something else stands where `wanted` should. Keywords in `words` would be right here. */
  unexpected(wanted: string, words?: readonly string[]): RingSyntaxError {
    const { kind, value } = this.current;
    const near = kind === "name" ? nearestKeyword(value, words) : null;
    const hint = near === null ? this.#suspectHint() : `; did you mean "${near}"?`;
    return this.error(`unexpected ${describe(this.current)}, ${wanted} is expected${hint}`);
  }

  #suspectHint(): string {
    if (this.#suspect === null) return "";
    const { name, place } = this.#suspect;
    return `; did you mean "${nearestKeyword(name)}" instead of "${name}" in line ${place.line}?`;
  }
}

export const ASSIGNMENTS: ReadonlySet<string> = new Set(
  "= += -= *= /= %= **= &= |= ^= <<= >>= ++ --".split(" "),
);

/** Keywords that start no statement. */
const SOFT: ReadonlySet<string> = new Set(
  "step to in from but else other ok on case off catch done again".split(" "),
);

function describe({ kind, value }: Token): string {
  if (kind === "end") return "end of the file";
  if (kind === "line") return "end of the line";
  return kind === "text" ? "text" : `"${value}"`;
}
