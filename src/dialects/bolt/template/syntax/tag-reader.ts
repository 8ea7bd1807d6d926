// Dialect: reads the tokens of one tag of a template.
import { TemplateError, type TemplatePlace } from "../values/template-error.ts";
import type { TagToken } from "./tokens.ts";

/** Goes through tokens from left to right. */
export class TagReader {
  readonly #name: string;
  readonly #tokens: readonly TagToken[];
  #at = 0;

  constructor(name: string, tokens: readonly TagToken[]) {
    this.#name = name;
    this.#tokens = tokens;
  }

  get place(): TemplatePlace {
    return { name: this.#name, line: this.#token.line };
  }

  get isAtEnd(): boolean {
    return this.#token.kind === "end";
  }

  /** The text of the next sign or name, if it is one of these; it is read. */
  accept(...texts: readonly string[]): string | null {
    const { kind, text } = this.#token;
    if ((kind !== "sign" && kind !== "name") || !texts.includes(text)) return null;
    this.#at += 1;
    return text;
  }

  expect(text: string): void {
    if (this.accept(text) === null) throw this.problem(`expected "${text}"`);
  }

  /** The next token, if it is of this kind; it is read. */
  take(kind: TagToken["kind"]): string | null {
    if (this.#token.kind !== kind) return null;
    this.#at += 1;
    return this.#tokens[this.#at - 1]?.text ?? null;
  }

  name(): string {
    const name = this.take("name");
    if (name === null) throw this.problem("expected a name");
    return name;
  }

  /** Whether the next two tokens are these names. */
  startsWith(first: string, second: string): boolean {
    const next = this.#tokens[this.#at + 1];
    const isName = this.#token.kind === "name" && next?.kind === "name";
    return isName && this.#token.text === first && next.text === second;
  }

  /** Whether a name with `=` comes next: a named argument. */
  get isAtNamed(): boolean {
    const next = this.#tokens[this.#at + 1];
    return this.#token.kind === "name" && next?.kind === "sign" && next.text === "=";
  }

  /** Whether a text, a number, a list or a variable comes next. */
  get isAtValue(): boolean {
    const { kind, text } = this.#token;
    if (kind === "sign") return text === "[";
    return kind === "string" || kind === "number" || (kind === "name" && !KEYWORDS.includes(text));
  }

  end(): void {
    if (!this.isAtEnd) throw this.problem("expected the end of the tag");
  }

  problem(text: string): TemplateError {
    const { kind, text: found } = this.#token;
    return new TemplateError(`${text}, got ${kind === "end" ? found : JSON.stringify(found)}`, this.place);
  }

  get #token(): TagToken {
    return this.#tokens[this.#at] ?? { kind: "end", text: "", line: 0 };
  }
}

const KEYWORDS = ["and", "or", "not", "if", "else", "is", "in"];
