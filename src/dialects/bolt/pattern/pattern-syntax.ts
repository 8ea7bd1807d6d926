// Dialect: reads a regular expression, valid in JavaScript, as a tree; refuses what takes time without bound.

/** One part of a pattern. */
export type PatternNode =
  | { readonly kind: "char"; readonly element: string; readonly flags: string }
  | { readonly kind: "assert"; readonly what: Assertion }
  | { readonly kind: "all"; readonly of: readonly PatternNode[] }
  | { readonly kind: "any"; readonly of: readonly PatternNode[] }
  | { readonly kind: "repeat"; readonly of: PatternNode; readonly least: number; readonly most: number };

/** What must hold between two characters. */
export type Assertion = "start" | "end" | "line start" | "line end" | "word edge" | "no word edge";

/** Reads the whole pattern. Throws `UnboundedPattern`. */
export function parsePattern(source: string, flags: string): PatternNode {
  return new PatternReader(source, flags).whole();
}

/** A pattern with an element that Bolt refuses: it cannot be matched in a time in proportion to the text. */
export class UnboundedPattern extends Error {}

/** Each method reads one part from where it stands. */
class PatternReader {
  readonly #source: string;
  readonly #flags: string;
  #at = 0;
  #depth = 0;

  constructor(source: string, flags: string) {
    this.#source = source;
    this.#flags = flags;
  }

  whole(): PatternNode {
    return this.#alternatives();
  }

  #alternatives(): PatternNode {
    if (++this.#depth > DEEPEST) throw new UnboundedPattern(`groups more than ${DEEPEST} deep`);
    const of = [this.#sequence()];
    while (this.#skip("|")) of.push(this.#sequence());
    this.#depth -= 1;
    return of.length === 1 ? of[0]! : { kind: "any", of };
  }

  #sequence(): PatternNode {
    const of: PatternNode[] = [];
    while (this.#at < this.#source.length && !/[|)]/.test(this.#source[this.#at]!))
      of.push(this.#repeated(this.#element()));
    return { kind: "all", of };
  }

  #repeated(of: PatternNode): PatternNode {
    const [all, sign, least, comma, most] = this.#match(QUANTIFIER) ?? [];
    if (all === undefined) return of;
    if (sign !== undefined)
      return { kind: "repeat", of, least: sign === "+" ? 1 : 0, most: sign === "?" ? 1 : Infinity };
    const end = comma === undefined ? Number(least) : most === "" ? Infinity : Number(most);
    return { kind: "repeat", of, least: Number(least), most: end };
  }

  #element(): PatternNode {
    if (this.#skip("(")) return this.#group();
    if (this.#skip("^")) return this.#assert(this.#flags.includes("m") ? "line start" : "start");
    if (this.#skip("$")) return this.#assert(this.#flags.includes("m") ? "line end" : "end");
    const [escaped, letter] = this.#match(ASSERTION) ?? [];
    if (escaped !== undefined) return this.#assert(ASSERTIONS[letter as keyof typeof ASSERTIONS]);
    if (this.#match(BACK_REFERENCE) !== null) throw new UnboundedPattern("a back-reference");
    return { kind: "char", element: this.#character(), flags: this.#flags };
  }

  #group(): PatternNode {
    if (this.#match(LOOKAROUND) !== null) throw new UnboundedPattern("a lookaround");
    this.#match(GROUP_HEAD);
    const of = this.#alternatives();
    this.#skip(")");
    return of;
  }

  #character(): string {
    const found = this.#match(CLASS) ?? this.#match(ESCAPE) ?? this.#match(this.#isUnicode ? POINT : UNIT);
    const [element = ""] = found ?? [];
    // A sign that stands for itself where JavaScript allows it without an escape.
    return /^[\]{}]$/.test(element) ? `\\${element}` : element;
  }

  get #isUnicode(): boolean {
    return this.#flags.includes("u");
  }

  #assert(what: Assertion): PatternNode {
    return { kind: "assert", what };
  }

  #skip(sign: string): boolean {
    const isThere = this.#source.startsWith(sign, this.#at);
    if (isThere) this.#at += sign.length;
    return isThere;
  }

  /** `pattern` is sticky. */
  #match(pattern: RegExp): RegExpExecArray | null {
    const sticky = new RegExp(pattern, pattern.flags);
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#source);
    this.#at += found?.[0].length ?? 0;
    return found;
  }
}

/** As in Bolt's own expressions. */
const DEEPEST = 250;

const QUANTIFIER = /(?:([*+?])|\{(\d+)(,(\d*))?\})\??/y;
const ASSERTION = /\\([AbBz])/y;
const BACK_REFERENCE = /\\[1-9]|\\k</y;
const LOOKAROUND = /\?<?[=!]/y;
const GROUP_HEAD = /\?(?::|<[^>]*>)/y;
const CLASS = /\[(?:\\[^]|[^\]\\])*\]/y;
const ESCAPE = /\\(?:[pPu]\{[^}]*\}|u[\dA-Fa-f]{4}|x[\dA-Fa-f]{2}|c[A-Za-z]|[^])/y;
const POINT = /[^]/uy;
const UNIT = /[^]/y;

const ASSERTIONS = { A: "start", z: "end", b: "word edge", B: "no word edge" } as const;
