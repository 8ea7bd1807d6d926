// Dialect: Ring's built-in functions that write to the program's output, and those that raise errors.
import type { Builtins } from "../runtime/builtin.ts";
import { languageError } from "../runtime/language-errors.ts";
import { RingError } from "../runtime/ring-error.ts";
import type { RingValue } from "../runtime/values.ts";
import { exactly, asNumber, asText } from "./common/arguments.ts";
import { valueText } from "./text/value-text.ts";

export const output: Builtins = {
  print: exactly(1, (run, [value]) => written(run.write(printText(value!, run.decimals)))),
  puts: exactly(1, (run, [value]) => written(run.write(lineText(value!, run.decimals)))),
  print2str: exactly(1, (run, [value]) => printText(value!, run.decimals)),
  ring_see: exactly(1, (run, [value]) => written(run.write(valueText(value!, run.decimals)))),
  ringvm_see: exactly(1, (run, [value]) => written(run.write(valueText(value!, run.decimals)))),
  raise: exactly(1, (_, [text]) => raise(asText(text))),
  assert: exactly(1, (_, [truth]) => assert(asNumber(truth))),
};

function written(_: void): string {
  return "";
}

// Unlike `see`, the functions know escapes; a backslash at the end is none.
function printText(value: RingValue, decimals: number): string {
  if (typeof value !== "string") return valueText(value, decimals);
  return value.replace(/\\([rnt\\#])/g, (_, letter: string) => escapes[letter]!);
}

const escapes: Record<string, string> = { r: "\r", n: "\n", t: "\t", "\\": "\\", "#": "#" };

// The text of a list or an object ends with a line end.
function lineText(value: RingValue, decimals: number): string {
  const text = printText(value, decimals);
  return typeof value === "object" ? text : `${text}\n`;
}

function raise(text: string): never {
  throw new RingError(text);
}

function assert(truth: number): string {
  if (truth !== 1) throw languageError("R48");
  return "";
}
