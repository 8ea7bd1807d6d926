// Dialect: patterns that the parameters of a Bolt route must match.
import { LinearPattern } from "../pattern/linear-pattern.ts";
import { UnboundedPattern } from "../pattern/pattern-syntax.ts";

/** Published: `where(cParamName, cPattern)`; a pattern that matches a part of the value is enough. */
export interface Constraint {
  readonly name: string;
  readonly pattern: LinearPattern;
}

/** The first parameter of a request that does not match its pattern; null if all do. */
export function unmatched(
  constraints: readonly Constraint[],
  params: Readonly<Record<string, string>> | null,
): string | null {
  const failed = constraints.find(({ name, pattern }) => {
    return params !== null && Object.hasOwn(params, name) && !pattern.test(params[name] ?? "");
  });
  return failed?.name ?? null;
}

/** The text of the published response, status 400. */
export function unmatchedText(name: string): string {
  return `Invalid parameter: ${name}`;
}

/** Reads a pattern, with flags in front such as `(?i)`, as the regular expressions of Rust have them. */
export function patternOf(call: string, written: string): LinearPattern {
  const [all = "", flags = ""] = /^\(\?([ims]+)\)/.exec(written) ?? [];
  const source = written.slice(all.length).replaceAll("(?P<", "(?<");
  const known = [`${flags}u`, flags].find((each) => isValid(source, each));
  const got = `got ${JSON.stringify(written)}`;
  if (known === undefined) throw new TypeError(`${call} takes a regular expression as cPattern, ${got}`);
  try {
    return new LinearPattern(source, known);
  } catch (error) {
    if (!(error instanceof UnboundedPattern)) throw error;
    const { message } = error;
    throw new TypeError(`${call} takes a regular expression without ${message} as cPattern, ${got}`);
  }
}

function isValid(source: string, flags: string): boolean {
  try {
    new RegExp(source, flags);
    return true;
  } catch {
    return false;
  }
}
