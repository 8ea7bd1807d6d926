// Dialect: one rendering of a template: its variables, its output and its blocks.
import { TemplateError, type TemplatePlace } from "../values/template-error.ts";
import { SafeText, printed, escaped } from "../values/values.ts";

/** What the parts of a template work on while it is rendered. */
export class TemplateRun {
  readonly load: (name: string, place: TemplatePlace) => Template;
  /** The blocks by name: those of the template that extends others come first. */
  readonly blocks = new Map<string, (readonly TemplatePart[])[]>();
  scope: TemplateScope;
  escapes = true;
  /** False while only the variables of a template that extends another one are read. */
  showsBlocks = true;
  #out: string[] = [];
  #fuel = MOST_STEPS;
  #depth = 0;

  constructor(data: Readonly<Record<string, unknown>>, load: TemplateRun["load"]) {
    this.scope = new TemplateScope(null, Object.entries(data));
    this.load = load;
  }

  /** The text that has been put out. */
  get text(): string {
    return this.#out.join("");
  }

  print(value: unknown): void {
    this.#out.push(this.escapes ? escaped(value) : printed(value));
  }

  /** Each part counts as a step. */
  render(statements: readonly TemplatePart[]): void {
    for (const { place, run } of statements) {
      this.spend(1, place);
      run(this);
    }
  }

  /** Counts steps: a template that would run for ever ends with an error. */
  spend(steps: number, place: TemplatePlace): void {
    this.#fuel -= steps;
    if (this.#fuel < 0) throw new TemplateError(`more than ${MOST_STEPS} steps; look for a long loop`, place);
  }

  /** Returns a value that an expression has made. Large ones count as several steps. */
  made<T>(value: T, place: TemplatePlace): T {
    if (Array.isArray(value)) this.spend(value.length / ITEMS_PER_STEP, place);
    if (typeof value === "string") this.spend(value.length / CHARACTERS_PER_STEP, place);
    return value;
  }

  /** Runs in a scope of its own. */
  within(names: Iterable<readonly [string, unknown]>, run: () => void, parent = this.scope): void {
    const before = this.scope;
    this.scope = new TemplateScope(parent, names);
    try {
      run();
    } finally {
      this.scope = before;
    }
  }

  /** What is put out meanwhile, as text. */
  captured(run: () => void): SafeText {
    const before = this.#out;
    this.#out = [];
    try {
      run();
      return new SafeText(this.text);
    } finally {
      this.#out = before;
    }
  }

  /** Runs with or without an effect of the tag `block`. */
  withBlocks(shows: boolean, run: () => void): void {
    const before = this.showsBlocks;
    this.showsBlocks = shows;
    run();
    this.showsBlocks = before;
  }

  /** Templates, blocks and macros may use each other, but not without end. */
  deeper(place: TemplatePlace, run: () => void): void {
    this.spend(1, place);
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH)
      throw new TemplateError(`more than ${MOST_DEPTH} levels of templates, blocks and macros`, place);
    run();
    this.#depth -= 1;
  }
}

/** A template that has been read. */
export interface Template {
  readonly statements: readonly TemplatePart[];
  readonly blocks: ReadonlyMap<string, readonly TemplatePart[]>;
  /** The template that this one extends. */
  readonly parent: ((run: TemplateRun) => Template) | null;
}

/** A part of a template, ready to run. */
export interface TemplatePart {
  readonly place: TemplatePlace;
  readonly run: (run: TemplateRun) => void;
}

/** Variables by name; those of inner scopes hide those of outer ones. */
export class TemplateScope {
  readonly #parent: TemplateScope | null;
  readonly names: Map<string, unknown>;

  constructor(parent: TemplateScope | null, names: Iterable<readonly [string, unknown]>) {
    this.#parent = parent;
    this.names = new Map(names);
  }

  get(name: string): unknown {
    if (this.names.has(name)) return this.names.get(name);
    return this.#parent?.get(name);
  }
}

/** Published: rendering ends after this many steps. */
const MOST_STEPS = 100_000;
const MOST_DEPTH = 50;
/** Of a list and of a text that an expression makes. */
const ITEMS_PER_STEP = 64;
const CHARACTERS_PER_STEP = 1024;
