// Dialect: matches a regular expression in a time in proportion to the text, whatever the text is.
import { parsePattern, type Assertion } from "./pattern-syntax.ts";
import { ASSERT, CHAR, MATCH, SPLIT, stepsOf, type Step } from "./pattern-program.ts";

/**
 * Published with expressions that have this bound. Those of JavaScript try one way after the other, and some patterns
 * have as many ways as 2 to the power of the length of the text. Here all ways are followed at once.
 */
export class LinearPattern {
  readonly #steps: readonly Step[];
  readonly #isUnicode: boolean;
  /** With `i` and `u`, two characters beyond ASCII belong to words, too. */
  readonly #word: RegExp;
  /** The steps that are to be looked at, which is the same array for all. */
  readonly #open: Uint16Array;

  /** `flags`: of `i`, `m`, `s`, `u`. Throws `UnboundedPattern`; the source must be valid in JavaScript. */
  constructor(source: string, flags: string) {
    this.#steps = stepsOf(parsePattern(source, flags));
    this.#isUnicode = flags.includes("u");
    this.#word = new RegExp("\\w", flags.replaceAll(/[^iu]/g, ""));
    this.#open = new Uint16Array(2 * this.#steps.length + 1);
  }

  /** Whether a part of the text matches. */
  test(text: string): boolean {
    let [active, following] = [new StepSet(this.#steps.length), new StepSet(this.#steps.length)];
    for (let at = 0; ;) {
      if (this.#enter(active, 0, text, at)) return true;
      if (at >= text.length) return false;
      const code = this.#isUnicode ? text.codePointAt(at)! : text.charCodeAt(at);
      at += code > 0xffff ? 2 : 1;
      if (this.#follow(active, following, { code, text, at })) return true;
      active.clear();
      [active, following] = [following, active];
    }
  }

  /** Takes one character. `at`: behind it. */
  #follow(active: StepSet, following: StepSet, { code, text, at }: Taken): boolean {
    const steps = this.#steps;
    for (let index = 0; index < active.size; index += 1) {
      const step = steps[active.numbers[index]!]!;
      if (step.kind !== CHAR || following.has(step.next) || !step.test.matches(code)) continue;
      if (this.#enter(following, step.next, text, at)) return true;
    }
    return false;
  }

  /** Adds a step, and those that it leads to without a character. Returns whether the pattern has matched. */
  #enter(set: StepSet, first: number, text: string, at: number): boolean {
    const [steps, open] = [this.#steps, this.#open];
    open[0] = first;
    for (let waiting = 1; waiting > 0;) {
      waiting -= 1;
      const number = open[waiting]!;
      if (set.has(number)) continue;
      const step = steps[number]!;
      set.add(number);
      if (step.kind === MATCH) return true;
      if (step.kind === CHAR) continue;
      if (step.kind === ASSERT && !this.#holds(step.what, text, at)) continue;
      open[waiting] = step.next;
      waiting += 1;
      if (step.kind !== SPLIT) continue;
      open[waiting] = step.other;
      waiting += 1;
    }
    return false;
  }

  #holds(what: Assertion, text: string, at: number): boolean {
    if (what === "start") return at === 0;
    if (what === "end") return at === text.length;
    if (what === "line start") return at === 0 || LINE_END.test(text[at - 1]!);
    if (what === "line end") return at === text.length || LINE_END.test(text[at]!);
    const isEdge = this.#isWord(text, at - 1) !== this.#isWord(text, at);
    return isEdge === (what === "word edge");
  }

  #isWord(text: string, at: number): boolean {
    return at >= 0 && at < text.length && this.#word.test(text[at]!);
  }
}

interface Taken {
  readonly code: number;
  readonly text: string;
  readonly at: number;
}

/** Numbers of steps, each once. */
class StepSet {
  readonly numbers: Uint16Array;
  size = 0;
  readonly #seen: Uint8Array;

  constructor(most: number) {
    this.numbers = new Uint16Array(most);
    this.#seen = new Uint8Array(most);
  }

  has(number: number): boolean {
    return this.#seen[number] === 1;
  }

  /** It must not be there. */
  add(number: number): void {
    this.#seen[number] = 1;
    this.numbers[this.size] = number;
    this.size += 1;
  }

  clear(): void {
    for (let index = 0; index < this.size; index += 1) this.#seen[this.numbers[index]!] = 0;
    this.size = 0;
  }
}

const LINE_END = /[\n\r\u2028\u2029]/;
