// Dialect: reads the expressions of templates.
import { CONSTANTS, FUNCTIONS, located, part, sliced, unknown } from "./expression-parts.ts";
import { FILTERS } from "../filters/filters.ts";
import { COMPARISONS, PRODUCTS, SUMS, sameValue, power, type Operator } from "../values/operators.ts";
import type { TemplateRun } from "../run/run.ts";
import { TemplateError, type TemplatePlace } from "../values/template-error.ts";
import type { TagReader } from "./tag-reader.ts";
import { VALUE_TESTS } from "../filters/value-tests.ts";
import { Callable, isTruthy, kindOf, printed, type CallArguments } from "../values/values.ts";

/** An expression, ready to run. */
export type TemplateExpression = (run: TemplateRun) => unknown;

/** `a if b else c`, with all that may be in it. */
export function parseExpression(tokens: TagReader): TemplateExpression {
  const value = parseOr(tokens);
  if (tokens.accept("if") === null) return value;
  const condition = parseOr(tokens);
  const other = tokens.accept("else") === null ? NOTHING : parseExpression(tokens);
  return (run) => (isTruthy(condition(run)) ? value(run) : other(run));
}

/** As `parseExpression`, without `if`: what `for … in` goes through, so that its own `if` may follow. */
export function parseOr(tokens: TagReader): TemplateExpression {
  let left = parseAnd(tokens);
  while (tokens.accept("or") !== null) {
    const [first, second] = [left, parseAnd(tokens)];
    left = (run) => {
      const value = first(run);
      return isTruthy(value) ? value : second(run);
    };
  }
  return left;
}

function parseAnd(tokens: TagReader): TemplateExpression {
  let left = parseNot(tokens);
  while (tokens.accept("and") !== null) {
    const [first, second] = [left, parseNot(tokens)];
    left = (run) => {
      const value = first(run);
      return isTruthy(value) ? second(run) : value;
    };
  }
  return left;
}

function parseNot(tokens: TagReader): TemplateExpression {
  if (tokens.accept("not") === null) return parseComparison(tokens);
  const value = parseNot(tokens);
  return (run) => !isTruthy(value(run));
}

function parseComparison(tokens: TagReader): TemplateExpression {
  let left = parseSum(tokens);
  for (;;) {
    const { place } = tokens;
    const isNotIn = tokens.startsWith("not", "in");
    if (isNotIn) tokens.accept("not");
    const sign = tokens.accept("==", "!=", "<", "<=", ">", ">=", "in");
    if (sign === null) return left;
    left = applied(COMPARISONS[isNotIn ? "not in" : sign], { left, right: parseSum(tokens), place });
  }
}

const parseSum = (tokens: TagReader): TemplateExpression => parseOperators(tokens, SUMS, parseJoined);
const parseProduct = (tokens: TagReader): TemplateExpression => parseOperators(tokens, PRODUCTS, parsePower);

function parseOperators(
  tokens: TagReader,
  operators: Readonly<Record<string, Operator>>,
  parseOperand: (tokens: TagReader) => TemplateExpression,
): TemplateExpression {
  let left = parseOperand(tokens);
  for (;;) {
    const { place } = tokens;
    const sign = tokens.accept(...Object.keys(operators));
    if (sign === null) return left;
    left = applied(operators[sign], { left, right: parseOperand(tokens), place });
  }
}

function parseJoined(tokens: TagReader): TemplateExpression {
  let left = parseProduct(tokens);
  for (;;) {
    const { place } = tokens;
    if (tokens.accept("~") === null) return left;
    const [first, second] = [left, parseProduct(tokens)];
    left = (run) => run.made(printed(first(run)) + printed(second(run)), place);
  }
}

function parsePower(tokens: TagReader): TemplateExpression {
  let left = parseSigned(tokens);
  for (;;) {
    const { place } = tokens;
    if (tokens.accept("**") === null) return left;
    left = applied(power, { left, right: parseSigned(tokens), place });
  }
}

// `-5 | abs` is 5: the filter is applied to the negative number.
function parseSigned(tokens: TagReader, isInside = false): TemplateExpression {
  const { place } = tokens;
  const sign = tokens.accept("-", "+");
  if (sign === null) {
    const value = parseParts(tokens, parsePrimary(tokens));
    return isInside ? value : parseFilters(tokens, value);
  }
  const signed = applied(SUMS[sign], { left: () => 0, right: parseSigned(tokens, true), place });
  return isInside ? signed : parseFilters(tokens, signed);
}

function parsePrimary(tokens: TagReader): TemplateExpression {
  const text = tokens.take("string");
  if (text !== null) return () => text;
  const number = tokens.take("number");
  if (number !== null) return () => Number(number);
  if (tokens.accept("(") !== null) return parseGroup(tokens);
  if (tokens.accept("[") !== null) return listOf(parseList(tokens, "]"));
  if (tokens.accept("{") !== null) return parseMap(tokens);
  const name = tokens.take("name");
  if (name === null) throw tokens.problem("expected a value");
  return CONSTANTS.get(name) ?? ((run) => run.scope.get(name) ?? FUNCTIONS.get(name));
}

function parseGroup(tokens: TagReader): TemplateExpression {
  if (tokens.accept(")") !== null) return () => [];
  const first = parseExpression(tokens);
  if (tokens.accept(",") === null) {
    tokens.expect(")");
    return first;
  }
  return listOf([first, ...parseList(tokens, ")")]);
}

function parseList(tokens: TagReader, end: string): TemplateExpression[] {
  const items: TemplateExpression[] = [];
  while (tokens.accept(end) === null) {
    items.push(parseExpression(tokens));
    if (tokens.accept(",") !== null) continue;
    tokens.expect(end);
    break;
  }
  return items;
}

function listOf(items: readonly TemplateExpression[]): TemplateExpression {
  return (run) => items.map((item) => item(run));
}

function parseMap(tokens: TagReader): TemplateExpression {
  const pairs: (readonly [TemplateExpression, TemplateExpression])[] = [];
  while (tokens.accept("}") === null) {
    const key = parseExpression(tokens);
    tokens.expect(":");
    pairs.push([key, parseExpression(tokens)]);
    if (tokens.accept(",") !== null) continue;
    tokens.expect("}");
    break;
  }
  return (run) => Object.fromEntries(pairs.map(([key, value]) => [printed(key(run)), value(run)]));
}

/** `.name`, `[index]`, `[from:to]` and calls. */
function parseParts(tokens: TagReader, value: TemplateExpression): TemplateExpression {
  let whole = value;
  for (;;) {
    const { place } = tokens;
    const of = whole;
    if (tokens.accept(".") !== null) {
      const name = tokens.take("name") ?? tokens.take("number");
      if (name === null) throw tokens.problem("expected a name");
      const key = /^\d/.test(name) ? Number(name) : name;
      whole = (run) => part(of(run), key, place);
    } else if (tokens.accept("[") !== null) whole = parseIndex(tokens, of, place);
    else if (tokens.accept("(") !== null) whole = callOf(of, parseArguments(tokens), place);
    else return whole;
  }
}

function parseIndex(tokens: TagReader, of: TemplateExpression, place: TemplatePlace): TemplateExpression {
  const start = tokens.accept(":") === null ? parseExpression(tokens) : null;
  if (start !== null && tokens.accept("]") !== null) return (run) => part(of(run), start(run), place);
  if (start !== null) tokens.expect(":");
  const end = tokens.accept("]") === null ? parseExpression(tokens) : null;
  if (end !== null) tokens.expect("]");
  return (run) => sliced(of(run), start?.(run), end?.(run));
}

/** The arguments of a call, behind its parenthesis. */
export function parseArguments(tokens: TagReader): (run: TemplateRun) => CallArguments {
  const at: TemplateExpression[] = [];
  const named: (readonly [string, TemplateExpression])[] = [];
  while (tokens.accept(")") === null) {
    const name = tokens.isAtNamed ? tokens.name() : null;
    if (name !== null) tokens.expect("=");
    if (name === null) at.push(parseExpression(tokens));
    else named.push([name, parseExpression(tokens)]);
    if (tokens.accept(",") !== null) continue;
    tokens.expect(")");
    break;
  }
  return (run) => ({
    at: at.map((argument) => argument(run)),
    named: Object.fromEntries(named.map(([name, argument]) => [name, argument(run)])),
  });
}

/** `| name(…)` and `is name …`. */
function parseFilters(tokens: TagReader, value: TemplateExpression): TemplateExpression {
  let whole = value;
  for (;;) {
    if (tokens.accept("|") !== null) whole = parseFilter(tokens, whole);
    else if (tokens.accept("is") !== null) whole = parseTest(tokens, whole);
    else return whole;
  }
}

/** A filter by its name, with its arguments if it has any. */
export function parseFilter(tokens: TagReader, value: TemplateExpression): TemplateExpression {
  const { place } = tokens;
  const name = tokens.name();
  const filter = FILTERS.get(name);
  if (filter === undefined) throw unknown("filter", name, [...FILTERS.keys()], place);
  const args = tokens.accept("(") === null ? NO_ARGUMENTS : parseArguments(tokens);
  return (run) =>
    run.made(
      located(place, () => filter(value(run), args(run))),
      place,
    );
}

function parseTest(tokens: TagReader, value: TemplateExpression): TemplateExpression {
  const isNot = tokens.accept("not") !== null;
  const { place } = tokens;
  const name = tokens.accept("==", "!=", "<", "<=", ">", ">=", "in") ?? tokens.name();
  const test = VALUE_TESTS.get(name);
  if (test === undefined) throw unknown("test", name, [...VALUE_TESTS.keys()], place);
  const args = parseTestArguments(tokens);
  return (run) => located(place, () => test(value(run), args(run)) !== isNot);
}

// Published: `is divisibleby 3`, with one argument and no parentheses.
function parseTestArguments(tokens: TagReader): (run: TemplateRun) => CallArguments {
  if (tokens.accept("(") !== null) return parseArguments(tokens);
  if (!tokens.isAtValue) return NO_ARGUMENTS;
  const only = parseParts(tokens, parsePrimary(tokens));
  return (run) => ({ at: [only(run)], named: {} });
}

function callOf(
  of: TemplateExpression,
  args: (run: TemplateRun) => CallArguments,
  place: TemplatePlace,
): TemplateExpression {
  return (run) => {
    const callable = of(run);
    if (!(callable instanceof Callable))
      throw new TemplateError(`a ${kindOf(callable)} cannot be called`, place);
    return run.made(
      located(place, () => callable.call(args(run))),
      place,
    );
  };
}

function applied(
  operator: Operator | undefined,
  {
    left,
    right,
    place,
  }: { readonly left: TemplateExpression; readonly right: TemplateExpression; readonly place: TemplatePlace },
): TemplateExpression {
  const apply = operator ?? sameValue;
  return (run) =>
    run.made(
      located(place, () => apply(left(run), right(run))),
      place,
    );
}

const NOTHING: TemplateExpression = () => undefined;
const NO_ARGUMENTS = (): CallArguments => ({ at: [], named: {} });
