// Dialect: splits a source file of Ring into tokens.
import { lowerAscii, toBytes } from "../runtime/bytes.ts";
import { RingSyntaxError } from "./syntax-error.ts";
import { keywords, type Token } from "./tokens.ts";

/** The tokens of a source file. Line ends may be of any kind, and a byte order mark is skipped. */
export function scan(source: string): Token[] {
  const scanner = new Scanner(source.replace(/^\uFEFF/, "").replaceAll(/\r\n?/g, "\n"));
  while (!scanner.isAtEnd) scanner.next();
  return scanner.finish();
}

/** The longer ones first. */
const OPERATORS = [
  ...["<<=", ">>=", "**=", "^^="],
  ...["**", "^^", "<<", ">>", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "++", "--", "&&", "||"],
  ...["!=", "<=", ">="],
  ...[
    "+",
    "-",
    "*",
    "/",
    "%",
    ".",
    "(",
    ")",
    "=",
    ",",
    "!",
    ">",
    "<",
    "[",
    "]",
    ":",
    "{",
    "}",
    "&",
    "|",
    "~",
  ],
  ...["^", "?"],
];

const SPACE = /[ \t;\f\v]+/y;
const COMMENT = /#[^\n]*|\/\/[^\n]*/y;
const WORD = /[^\s;"'`#+\-*/%.()=,!><[\]:{}&|~^?]+/y;
const NUMBER = /(?:0+[xX][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?[fF]?)(?![^\s;"'`#+\-*/%.()=,!><[\]:{}&|~^?])/y;

class Scanner {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #line = 1;
  /** Where the current line begins. */
  #lineStart = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  next(): void {
    const character = this.#source[this.#at];
    if (character === "\n") return this.#lineEnd();
    if (this.#skip(SPACE) || this.#skip(COMMENT)) return;
    if (this.#source.startsWith("/*", this.#at)) return this.#blockComment();
    if (character === '"' || character === "'" || character === "`") return this.#text(character);
    const number = this.#match(NUMBER);
    if (number !== null) return this.#add("number", number, number.length);
    const word = this.#match(WORD);
    if (word === null) return this.#operator();
    const value = lowerAscii(toBytes(word));
    this.#add(keywords.has(value) ? "keyword" : "name", value, word.length);
  }

  finish(): Token[] {
    this.#push("line", "");
    this.#push("end", "");
    return this.#tokens;
  }

  #lineEnd(): void {
    this.#push("line", "");
    this.#at += 1;
    this.#startLine();
  }

  #startLine(): void {
    this.#line += 1;
    this.#lineStart = this.#at;
  }

  #skip(pattern: RegExp): boolean {
    const skipped = this.#match(pattern);
    this.#at += skipped?.length ?? 0;
    return skipped !== null;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#source)?.[0] ?? null;
  }

  // Ring lets a block comment that is not closed run to the end of the file.
  #blockComment(): void {
    const end = this.#source.indexOf("*/", this.#at + 2);
    this.#moveTo(end < 0 ? this.#source.length : end + 2);
  }

  #text(quote: string): void {
    const end = this.#source.indexOf(quote, this.#at + 1);
    if (end < 0)
      throw new RingSyntaxError(
        `the text that starts with ${quote} has no end; close it with ${quote}`,
        this.#here,
      );
    this.#push("text", toBytes(this.#source.slice(this.#at + 1, end)));
    this.#moveTo(end + 1);
  }

  // Counts the lines on the way.
  #moveTo(end: number): void {
    for (
      let at = this.#source.indexOf("\n", this.#at);
      at >= 0 && at < end;
      at = this.#source.indexOf("\n", at + 1)
    ) {
      this.#at = at + 1;
      this.#startLine();
    }
    this.#at = end;
  }

  #operator(): void {
    const found = OPERATORS.find((operator) => this.#source.startsWith(operator, this.#at));
    if (found === undefined)
      throw new RingSyntaxError(`unexpected character ${JSON.stringify(this.#source[this.#at])}`, this.#here);
    this.#add("operator", found.replace("^^", "**"), found.length);
  }

  #add(kind: Token["kind"], value: string, length: number): void {
    this.#push(kind, value);
    this.#at += length;
  }

  #push(kind: Token["kind"], value: string): void {
    this.#tokens.push({ kind, value, ...this.#here });
  }

  get #here(): Pick<Token, "line" | "column"> {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }
}
