// Dialect: the tags of templates that decide, repeat and set variables.
import {
  parseExpression,
  parseFilter,
  parseOr,
  type TemplateExpression,
} from "../syntax/parse-expression.ts";
import type { ReadTag, TemplateParser } from "../syntax/template-parser.ts";
import type { TemplatePart, TemplateRun } from "../run/run.ts";
import { TemplateError, type TemplatePlace } from "../values/template-error.ts";
import type { TagReader } from "../syntax/tag-reader.ts";
import { Callable, SafeText, isTruthy, itemsOf, kindOf } from "../values/values.ts";

export const controlTags: Readonly<Record<string, ReadTag>> = {
  if: ({ parser, tokens, place }) => readIf(parser, tokens, place),
  for: ({ parser, tokens, place }) => readFor(parser, tokens, place),
  set: ({ parser, tokens, place }) => readSet(parser, tokens, place),
  with: ({ parser, tokens, place }) => {
    const values = readAssignments(tokens);
    const statements = parser.inside("with", place);
    return (run) => {
      const names = values.map(([name, value]) => [name, value(run)] as const);
      run.within(names, () => run.render(statements));
    };
  },
  filter: ({ parser, tokens, place }) => {
    let text: unknown;
    const filter = parseFilter(tokens, () => text);
    tokens.end();
    const statements = parser.inside("filter", place);
    return (run) => {
      text = run.captured(() => run.render(statements)).text;
      run.print(new SafeText(String(filter(run))));
    };
  },
  autoescape: ({ parser, tokens, place }) => {
    const value = parseExpression(tokens);
    const statements = parser.inside("autoescape", place);
    return (run) => {
      const before = run.escapes;
      run.escapes = isTruthy(value(run));
      run.render(statements);
      run.escapes = before;
    };
  },
};

function readIf(parser: TemplateParser, tokens: TagReader, place: TemplatePlace): TemplatePart["run"] {
  const condition = parseExpression(tokens);
  tokens.end();
  const body = parser.body({ name: "if", ends: ["elif", "else", "endif"], place });
  const other = readElse(parser, body.end, body.tokens, place);
  return (run) => (isTruthy(condition(run)) ? run.render(body.statements) : other(run));
}

function readElse(
  parser: TemplateParser,
  end: string,
  tokens: TagReader,
  place: TemplatePlace,
): (run: TemplateRun) => void {
  if (end === "elif") return readIf(parser, tokens, place);
  tokens.end();
  if (end !== "else") return () => undefined;
  const { statements } = parser.body({ name: "else", ends: ["endif"], place });
  return (run) => run.render(statements);
}

function readFor(parser: TemplateParser, tokens: TagReader, place: TemplatePlace): TemplatePart["run"] {
  const names = readNames(tokens);
  tokens.expect("in");
  const list = parseOr(tokens);
  const condition = tokens.accept("if") === null ? null : parseExpression(tokens);
  tokens.end();
  const body = parser.body({ name: "for", ends: ["else", "endfor"], place });
  const other = body.end === "else" ? parser.body({ name: "for", ends: ["endfor"], place }).statements : [];
  return (run) => {
    const value = list(run);
    const all = itemsOf(value);
    if (all === null)
      throw new TemplateError(`for needs a list, a map or a text, got a ${kindOf(value)}`, place);
    run.spend(all.length, place);
    const items = condition === null ? all : all.filter((item) => isIncluded(run, names, item, condition));
    if (items.length === 0) return run.render(other);
    const outer = run.scope.get("loop");
    for (const [at, item] of items.entries()) {
      run.within([...assigned(names, item), ["loop", loopOf(items, at, outer)]], () =>
        run.render(body.statements),
      );
    }
  };
}

function isIncluded(
  run: TemplateRun,
  names: readonly string[],
  item: unknown,
  condition: TemplateExpression,
): boolean {
  let isKept = false;
  run.within(assigned(names, item), () => (isKept = isTruthy(condition(run))));
  return isKept;
}

/** `a` or `a, b` or `(a, b)`. */
function readNames(tokens: TagReader): string[] {
  const isGroup = tokens.accept("(") !== null;
  const names = [tokens.name()];
  while (tokens.accept(",") !== null) names.push(tokens.name());
  if (isGroup) tokens.expect(")");
  return names;
}

function assigned(names: readonly string[], value: unknown): (readonly [string, unknown])[] {
  const [only = ""] = names;
  if (names.length === 1) return [[only, value]];
  const items = itemsOf(value) ?? [];
  return names.map((name, at) => [name, items[at]]);
}

function loopOf(items: readonly unknown[], at: number, outer: unknown): object {
  const { length } = items;
  const depth = (outer as { depth?: number } | undefined)?.depth ?? 0;
  const counts = { index: at + 1, index0: at, revindex: length - at, revindex0: length - at - 1, length };
  const around = {
    first: at === 0,
    last: at === length - 1,
    previtem: items[at - 1],
    nextitem: items[at + 1],
  };
  const cycle = new Callable("cycle", (args) => args.at[at % Math.max(1, args.at.length)]);
  return { ...counts, ...around, depth: depth + 1, depth0: depth, cycle };
}

/** `{% set a = 1 %}`, or `{% set a %}…{% endset %}`. */
function readSet(parser: TemplateParser, tokens: TagReader, place: TemplatePlace): TemplatePart["run"] {
  const names = readNames(tokens);
  if (tokens.accept("=") !== null) {
    const value = parseExpression(tokens);
    tokens.end();
    return (run) => {
      for (const [name, part] of assigned(names, value(run))) run.scope.names.set(name, part);
    };
  }
  tokens.end();
  const statements = parser.inside("set", place);
  return (run) => {
    const text = run.captured(() => run.render(statements));
    for (const name of names) run.scope.names.set(name, text);
  };
}

function readAssignments(tokens: TagReader): (readonly [string, TemplateExpression])[] {
  const values: (readonly [string, TemplateExpression])[] = [];
  while (!tokens.isAtEnd) {
    const name = tokens.name();
    tokens.expect("=");
    values.push([name, parseExpression(tokens)]);
    if (tokens.accept(",") === null) break;
  }
  tokens.end();
  return values;
}
