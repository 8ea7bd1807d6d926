// Dialect: tests single characters against one element of a pattern: a character, an escape, or a class in brackets.

/** JavaScript's own expression for one character decides, and what it decided about ASCII is kept. */
export class CharTest {
  readonly #pattern: RegExp;
  /** For each character of ASCII: 0 not known yet, 1 matches, 2 does not. */
  readonly #known = new Uint8Array(128);

  /** `element`: as it is written in the pattern. */
  constructor(element: string, flags: string) {
    this.#pattern = new RegExp(`^(?:${element})$`, flags);
  }

  /** `code`: a code point in patterns with the flag `u`, else a code unit. */
  matches(code: number): boolean {
    if (code >= 128) return this.#pattern.test(String.fromCodePoint(code));
    if (this.#known[code] === 0) this.#known[code] = this.#pattern.test(String.fromCharCode(code)) ? 1 : 2;
    return this.#known[code] === 1;
  }
}
