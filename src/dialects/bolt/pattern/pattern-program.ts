// Dialect: a regular expression as steps, of which several are followed at the same time.
import { CharTest } from "./char-test.ts";
import { UnboundedPattern, type Assertion, type PatternNode } from "./pattern-syntax.ts";

/** One step. It leads to others by their numbers. */
export type Step =
  | { readonly kind: typeof CHAR; readonly test: CharTest; next: number }
  | { readonly kind: typeof ASSERT; readonly what: Assertion; next: number }
  | { readonly kind: typeof SPLIT; next: number; other: number }
  | { readonly kind: typeof MATCH };

/** The kinds of steps. */
export const CHAR = 0;
export const ASSERT = 1;
export const SPLIT = 2;
export const MATCH = 3;

/** Writes the steps of a pattern; the first one is number 0. Throws `UnboundedPattern` if there are too many. */
export function stepsOf(tree: PatternNode): readonly Step[] {
  const writer = new StepWriter();
  writer.write(tree);
  writer.add({ kind: MATCH });
  return writer.steps;
}

/** Writes each part so that it ends where the next step will be. */
class StepWriter {
  readonly steps: Step[] = [];
  readonly #tests = new Map<string, CharTest>();

  add<Added extends Step>(step: Added): Added {
    if (this.steps.length >= MOST) throw new UnboundedPattern(`more than ${MOST} steps`);
    this.steps.push(step);
    return step;
  }

  write(node: PatternNode): void {
    if (node.kind === "all") for (const part of node.of) this.write(part);
    if (node.kind === "any") this.#writeAny(node.of);
    if (node.kind === "repeat") this.#writeRepeat(node);
    if (node.kind === "assert") this.add({ kind: ASSERT, what: node.what, next: this.#next + 1 });
    if (node.kind === "char") {
      const test = this.#testOf(node.element, node.flags);
      this.add({ kind: CHAR, test, next: this.#next + 1 });
    }
  }

  get #next(): number {
    return this.steps.length;
  }

  #writeAny(choices: readonly PatternNode[]): void {
    const ends: { next: number }[] = [];
    for (const choice of choices.slice(0, -1)) {
      const split = this.#split();
      this.write(choice);
      ends.push(this.#split());
      split.other = this.#next;
    }
    this.write(choices.at(-1)!);
    for (const end of ends) Object.assign(end, { next: this.#next, other: this.#next });
  }

  #writeRepeat({ of, least, most }: Extract<PatternNode, { kind: "repeat" }>): void {
    const start = this.#next;
    for (let times = 0; times < least; times += 1) {
      this.write(of);
      // An empty part is the same as often as it is repeated.
      if (this.#next === start) return;
    }
    if (most === Infinity) return this.#writeLoop(of);
    const skips = [];
    for (let times = least; times < most; times += 1) {
      skips.push(this.#split());
      this.write(of);
    }
    for (const skip of skips) skip.other = this.#next;
  }

  #writeLoop(of: PatternNode): void {
    const start = this.#next;
    const split = this.#split();
    this.write(of);
    Object.assign(this.#split(), { next: start, other: start });
    split.other = this.#next;
  }

  /** Leads to the step after it; `other` is set later. */
  #split(): Extract<Step, { kind: typeof SPLIT }> {
    return this.add({ kind: SPLIT, next: this.#next + 1, other: this.#next + 1 });
  }

  #testOf(element: string, flags: string): CharTest {
    const known = this.#tests.get(element);
    if (known !== undefined) return known;
    const test = new CharTest(element, flags.replace("m", ""));
    this.#tests.set(element, test);
    return test;
  }
}

/** The time for a text is at most this many times its length. */
const MOST = 2048;
