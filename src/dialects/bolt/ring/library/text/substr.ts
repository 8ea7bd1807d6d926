// Dialect: `substr`, which finds, cuts or replaces, by the number and the types of its arguments.
import type { RingRun } from "../../runtime/builtin.ts";
import type { RingValue } from "../../runtime/values.ts";
import { bad, asText } from "../common/arguments.ts";
import { lower } from "./strings.ts";

/**
 * `substr(text, from)`, `substr(text, from, count)`, `substr(text, part)` for its place or 0, `substr(text, part, new)`, and
 * `substr(text, part, new, 1)`, which ignores the case of ASCII letters.
 */
export function substr(_: RingRun, args: readonly RingValue[]): RingValue {
  const text = asText(args[0]);
  if (args.length === 2) return findOrCut(text, args[1]!);
  if (args.length === 3) return cutOrReplace(text, args[1]!, args[2]!);
  if (args.length === 4) return replaceByMode(text, args);
  throw bad("count");
}

function findOrCut(text: string, what: RingValue): RingValue {
  if (typeof what === "number") return cut(text, what, text.length);
  return text.indexOf(asText(what)) + 1;
}

function cutOrReplace(text: string, what: RingValue, second: RingValue): string {
  if (typeof what === "number" && typeof second === "number") return cut(text, what, second);
  return replace(text, asText(what), asText(second));
}

function replaceByMode(text: string, args: readonly RingValue[]): string {
  const [, what, by, mode] = args;
  if (mode === 0) return cutOrReplace(text, what!, by!);
  const [part, replacement] = [asText(what), asText(by)];
  if (typeof mode !== "number") throw bad("type");
  return mode === 1 ? replaceAnyCase(text, part, replacement) : "";
}

function cut(text: string, from: number, count: number): string {
  if (from < 1 || from > text.length || count < 1) return "";
  const start = Math.trunc(from) - 1;
  return text.slice(start, start + Math.trunc(count));
}

function replace(text: string, part: string, by: string): string {
  if (part === "") throw bad("value");
  return text.replaceAll(part, () => by);
}

function replaceAnyCase(text: string, part: string, by: string): string {
  if (part === "") throw bad("value");
  const [plainText, plainPart] = [lower(text), lower(part)];
  let result = "";
  let from = 0;
  for (let at = plainText.indexOf(plainPart); at !== -1; at = plainText.indexOf(plainPart, from)) {
    result += text.slice(from, at) + by;
    from = at + part.length;
  }
  return result + text.slice(from);
}
