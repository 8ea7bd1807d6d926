// Dialect: reads what is between the tags of a template.
import { nearest } from "../../../../boundary/text/nearest.ts";
import type { TemplatePart, Template } from "../run/run.ts";
import { TemplateError, type TemplatePlace } from "../values/template-error.ts";
import { SafeText } from "../values/values.ts";
import { parseExpression } from "./parse-expression.ts";
import { TagReader } from "./tag-reader.ts";
import { piecesOf, type Piece } from "./tokens.ts";

/** Reads statements up to the tag that ends them; the readers of tags call it for what is inside. */
export class TemplateParser {
  readonly blocks = new Map<string, readonly TemplatePart[]>();
  /** Set by `{% extends … %}`. */
  parent: Template["parent"] = null;
  readonly #name: string;
  readonly #pieces: readonly Piece[];
  readonly #tags: ReadonlyMap<string, ReadTag>;
  #at = 0;

  constructor(name: string, source: string, tags: ReadonlyMap<string, ReadTag>) {
    this.#name = name;
    this.#pieces = piecesOf(name, source);
    this.#tags = tags;
  }

  /** `open`: the tag that is open, and the tags that may end it; null for the whole template. */
  body(open: OpenTag | null): Body {
    const statements: TemplatePart[] = [];
    for (;;) {
      const piece = this.#pieces[this.#at++];
      if (piece === undefined) {
        if (open === null) return { statements, end: "", tokens: new TagReader(this.#name, []) };
        throw new TemplateError(
          `{% ${open.name} %} is not closed; write {% ${open.ends.at(-1)} %}`,
          open.place,
        );
      }
      if (piece.kind === "text") statements.push(textStatement(piece.text));
      else if (piece.kind === "print") statements.push(this.#print(piece));
      else {
        const tokens = new TagReader(this.#name, piece.tokens);
        const tag = tokens.name();
        if (open?.ends.includes(tag) === true) return { statements, end: tag, tokens };
        statements.push(this.#tag(tag, tokens, piece.place));
      }
    }
  }

  /** What is between a tag and the only tag that ends it. */
  inside(name: string, place: TemplatePlace): readonly TemplatePart[] {
    const { statements, tokens } = this.body({ name, ends: [`end${name}`], place });
    // `{% endblock title %}`: the name may be repeated.
    if (!tokens.isAtEnd) tokens.name();
    tokens.end();
    return statements;
  }

  #print({ tokens: list, place }: Exclude<Piece, { kind: "text" }>): TemplatePart {
    const tokens = new TagReader(this.#name, list);
    const value = parseExpression(tokens);
    tokens.end();
    return { place, run: (run) => run.print(value(run)) };
  }

  #tag(name: string, tokens: TagReader, place: TemplatePlace): TemplatePart {
    const read = this.#tags.get(name);
    if (read === undefined) throw unknownTag(name, [...this.#tags.keys()], place);
    return { place, run: read({ parser: this, tokens, place }) };
  }
}

/** A tag that has been opened. */
export interface OpenTag {
  readonly name: string;
  readonly ends: readonly string[];
  readonly place: TemplatePlace;
}

/** What is inside of a tag, and the tag that ends it, read up to its name. */
export interface Body {
  readonly statements: readonly TemplatePart[];
  readonly end: string;
  readonly tokens: TagReader;
}

/** Reads one kind of tag, and what is inside of it. */
export type ReadTag = (tag: {
  readonly parser: TemplateParser;
  readonly tokens: TagReader;
  readonly place: TemplatePlace;
}) => TemplatePart["run"];

function textStatement(source: string): TemplatePart {
  const text = new SafeText(source);
  return { place: { name: "", line: 0 }, run: (run) => run.print(text) };
}

function unknownTag(name: string, names: readonly string[], place: TemplatePlace): TemplateError {
  const meant = nearest(name, names);
  const fix = meant === null ? `there are ${names.join(", ")}` : `did you mean "${meant}"?`;
  const what = name.startsWith("end") || name.startsWith("el") ? "nothing is open for" : "there is no tag";
  return new TemplateError(`${what} "${name}"; ${fix}`, place);
}
