// Dialect: what a template is made of: text, and the tokens inside of its tags.
import { TemplateError, type TemplatePlace } from "../values/template-error.ts";

/** Splits the source of a template. Published syntax: that of MiniJinja, a part of Jinja. */
export function piecesOf(name: string, source: string): Piece[] {
  return new Splitter(name, source).split();
}

/** A part of a template. `tag` is `{% … %}`, `print` is `{{ … }}`. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tag" | "print"; readonly tokens: readonly TagToken[]; readonly place: TemplatePlace };

export interface TagToken {
  readonly kind: "name" | "number" | "string" | "sign" | "end";
  /** Of a string, what it stands for. */
  readonly text: string;
  readonly line: number;
}

const START = /\{(?:\{|%|#)[-+]?/g;
const RAW = /\{%[-+]?\s*raw\s*(-?)%\}([\s\S]*?)\{%(-?)\s*endraw\s*([-+]?)%\}/y;
const TOKENS: readonly (readonly [TagToken["kind"], RegExp])[] = [
  ["name", /[A-Za-z_]\w*/y],
  ["number", /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ["string", /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'/y],
  ["sign", /\*\*|\/\/|[=!<>]=|[-+*/%<>=|~()[\]{}.,:]/y],
];
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

class Splitter {
  readonly #name: string;
  readonly #source: string;
  readonly #pieces: Piece[] = [];
  #at = 0;
  #line = 1;
  /** Whether the tag before removes the white space that follows. */
  #trims = false;

  constructor(name: string, source: string) {
    this.#name = name;
    // One line break at the end belongs to the file, not to the page.
    this.#source = source.replace(/\r?\n$/, "");
  }

  split(): Piece[] {
    for (;;) {
      START.lastIndex = this.#at;
      const start = START.exec(this.#source);
      const end = start?.index ?? this.#source.length;
      this.#text(this.#source.slice(this.#at, end), start?.[0].endsWith("-") ?? false);
      this.#moveTo(end);
      if (start === null) return this.#pieces;
      this.#special(start[0]);
    }
  }

  #text(text: string, trimsEnd: boolean): void {
    const left = this.#trims ? text.trimStart() : text;
    const kept = trimsEnd ? left.trimEnd() : left;
    if (kept !== "") this.#pieces.push({ kind: "text", text: kept });
    this.#trims = false;
  }

  #special(opening: string): void {
    if (opening[1] === "#") return this.#comment();
    RAW.lastIndex = this.#at;
    const raw = opening[1] === "%" ? RAW.exec(this.#source) : null;
    if (raw !== null) return this.#raw(raw);
    const place = this.#place;
    this.#moveTo(this.#at + opening.length);
    const tokens = this.#tokens(opening[1] === "{" ? "}}" : "%}", place);
    this.#pieces.push({ kind: opening[1] === "{" ? "print" : "tag", tokens, place });
  }

  #comment(): void {
    const end = this.#source.indexOf("#}", this.#at + 2);
    if (end < 0) throw new TemplateError("the comment does not end; write #}", this.#place);
    this.#trims = this.#source[end - 1] === "-";
    this.#moveTo(end + 2);
  }

  #raw([all, trimsStart, text = "", trimsEnd, trimsAfter]: RegExpExecArray): void {
    this.#trims = trimsStart === "-";
    this.#text(text, trimsEnd === "-");
    this.#trims = trimsAfter === "-";
    this.#moveTo(this.#at + all.length);
  }

  #tokens(closing: "}}" | "%}", start: TemplatePlace): TagToken[] {
    const tokens: TagToken[] = [];
    // In {{ {"a": 1} }} the first brace that closes belongs to the map.
    let depth = 0;
    for (;;) {
      this.#skipSpace();
      const end = depth === 0 ? this.#closing(closing) : 0;
      if (end > 0) {
        this.#trims = this.#source[this.#at] === "-";
        this.#moveTo(this.#at + end);
        return [...tokens, { kind: "end", text: closing, line: this.#line }];
      }
      if (this.#at >= this.#source.length)
        throw new TemplateError(`the tag does not end; write ${closing}`, start);
      const token = this.#token();
      if (token.kind === "sign") depth += token.text === "{" ? 1 : token.text === "}" ? -1 : 0;
      tokens.push(token);
    }
  }

  /** The length of the end of the tag; 0 if it is not here. */
  #closing(closing: string): number {
    if (this.#source.startsWith(closing, this.#at)) return 2;
    return /[-+]/.test(this.#source[this.#at] ?? "") && this.#source.startsWith(closing, this.#at + 1)
      ? 3
      : 0;
  }

  #token(): TagToken {
    for (const [kind, pattern] of TOKENS) {
      pattern.lastIndex = this.#at;
      const found = pattern.exec(this.#source)?.[0];
      if (found === undefined) continue;
      const line = this.#line;
      this.#moveTo(this.#at + found.length);
      return { kind, text: kind === "string" ? unquoted(found) : found, line };
    }
    throw new TemplateError(`unexpected ${JSON.stringify(this.#source[this.#at])}`, this.#place);
  }

  #skipSpace(): void {
    while (/\s/.test(this.#source[this.#at] ?? "")) this.#moveTo(this.#at + 1);
  }

  #moveTo(at: number): void {
    for (let index = this.#at; index < at; index += 1) if (this.#source[index] === "\n") this.#line += 1;
    this.#at = at;
  }

  get #place(): TemplatePlace {
    return { name: this.#name, line: this.#line };
  }
}

function unquoted(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\([\s\S])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}
