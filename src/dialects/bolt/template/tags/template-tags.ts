// Dialect: the tags of templates that use other templates, blocks and macros.
import { parseExpression, type TemplateExpression } from "../syntax/parse-expression.ts";
import type { ReadTag, TemplateParser } from "../syntax/template-parser.ts";
import { TemplateScope, type TemplatePart, type TemplateRun } from "../run/run.ts";
import { TemplateError, type TemplatePlace } from "../values/template-error.ts";
import { renderTemplate } from "../run/render-template.ts";
import type { TagReader } from "../syntax/tag-reader.ts";
import { Callable, printed, type CallArguments } from "../values/values.ts";

export const templateTags: Readonly<Record<string, ReadTag>> = {
  extends: ({ parser, tokens, place }) => {
    const name = parseExpression(tokens);
    tokens.end();
    if (parser.parent !== null) throw new TemplateError("a template extends one other template", place);
    parser.parent = (run) => run.load(printed(name(run)), place);
    return () => undefined;
  },
  block: ({ parser, tokens, place }) => {
    const name = tokens.name();
    tokens.end();
    const statements = parser.inside("block", place);
    if (parser.blocks.has(name)) throw new TemplateError(`there are two blocks "${name}"`, place);
    parser.blocks.set(name, statements);
    return (run) => {
      // Of a template that extends another one, that one says where the block goes.
      if (run.showsBlocks) renderBlock(run, name, { at: 0, place });
    };
  },
  include: ({ tokens, place }) => readInclude(tokens, place),
  macro: ({ parser, tokens, place }) => readMacro(parser, tokens, place),
  import: ({ tokens, place }) => {
    const name = parseExpression(tokens);
    tokens.expect("as");
    const alias = tokens.name();
    tokens.end();
    return (run) => void run.scope.names.set(alias, Object.fromEntries(exportsOf(run, name, place)));
  },
  from: ({ tokens, place }) => readFrom(tokens, place),
};

function renderBlock(run: TemplateRun, name: string, { at, place }: BlockUse): void {
  const statements = run.blocks.get(name)?.[at];
  if (statements === undefined) return;
  const above = { at: at + 1, place };
  const parent = new Callable("super", () => run.captured(() => renderBlock(run, name, above)));
  run.deeper(place, () => run.within([["super", parent]], () => run.render(statements)));
}

interface BlockUse {
  /** How many templates that extend the block's own come first. */
  readonly at: number;
  readonly place: TemplatePlace;
}

function readInclude(tokens: TagReader, place: TemplatePlace): TemplatePart["run"] {
  const names = parseExpression(tokens);
  const isOptional = tokens.startsWith("ignore", "missing");
  if (isOptional) for (const word of ["ignore", "missing"]) tokens.expect(word);
  tokens.end();
  return (run) => {
    const value = names(run);
    const candidates = (Array.isArray(value) ? value : [value]).map(printed);
    const template = firstOf(run, candidates, isOptional, place);
    if (template === null) return;
    run.deeper(place, () => run.within([], () => renderApart(run, template)));
  };
}

type Loaded = ReturnType<TemplateRun["load"]>;

/** The first template of a list that there is. */
function firstOf(
  run: TemplateRun,
  names: readonly string[],
  isOptional: boolean,
  place: TemplatePlace,
): Loaded | null {
  for (const [at, name] of names.entries()) {
    try {
      return run.load(name, place);
    } catch (error) {
      const isMissing = error instanceof TemplateError && error.isMissing;
      if (!isMissing || (at === names.length - 1 && !isOptional)) throw error;
    }
  }
  return null;
}

/** Its blocks are its own. */
function renderApart(run: TemplateRun, template: Loaded): void {
  const before = new Map(run.blocks);
  run.blocks.clear();
  renderTemplate(run, template);
  run.blocks.clear();
  for (const [name, chain] of before) run.blocks.set(name, chain);
}

function readMacro(parser: TemplateParser, tokens: TagReader, place: TemplatePlace): TemplatePart["run"] {
  const name = tokens.name();
  tokens.expect("(");
  const parameters = readParameters(tokens);
  tokens.end();
  const statements = parser.inside("macro", place);
  return (run) => {
    const home = run.scope;
    const call = (args: CallArguments): unknown =>
      run.captured(() => {
        const render = (): void => run.render(statements);
        run.deeper(place, () => run.within(bound(run, parameters, args), render, home));
      });
    home.names.set(name, new Callable(name, call));
  };
}

interface Parameter {
  readonly name: string;
  readonly fallback: TemplateExpression | null;
}

function readParameters(tokens: TagReader): Parameter[] {
  const parameters: Parameter[] = [];
  while (tokens.accept(")") === null) {
    const name = tokens.name();
    parameters.push({ name, fallback: tokens.accept("=") === null ? null : parseExpression(tokens) });
    if (tokens.accept(",") !== null) continue;
    tokens.expect(")");
    break;
  }
  return parameters;
}

function bound(
  run: TemplateRun,
  parameters: readonly Parameter[],
  { at, named }: CallArguments,
): (readonly [string, unknown])[] {
  return parameters.map(({ name, fallback }, index) => [name, at[index] ?? named[name] ?? fallback?.(run)]);
}

function readFrom(tokens: TagReader, place: TemplatePlace): TemplatePart["run"] {
  const name = parseExpression(tokens);
  tokens.expect("import");
  const wanted: (readonly [name: string, alias: string])[] = [];
  do {
    const wants = tokens.name();
    wanted.push([wants, tokens.accept("as") === null ? wants : tokens.name()]);
  } while (tokens.accept(",") !== null);
  tokens.end();
  return (run) => {
    const found = exportsOf(run, name, place);
    for (const [wants, alias] of wanted) {
      if (!found.has(wants))
        throw new TemplateError(`the template has no macro or variable "${wants}"`, place);
      run.scope.names.set(alias, found.get(wants));
    }
  };
}

/** The macros and variables that a template sets. */
function exportsOf(
  run: TemplateRun,
  name: TemplateExpression,
  place: TemplatePlace,
): ReadonlyMap<string, unknown> {
  const template = run.load(printed(name(run)), place);
  let scope = new TemplateScope(null, []);
  run.captured(() => {
    run.deeper(place, () =>
      run.within([], () => {
        scope = run.scope;
        renderApart(run, template);
      }),
    );
  });
  return scope.names;
}
