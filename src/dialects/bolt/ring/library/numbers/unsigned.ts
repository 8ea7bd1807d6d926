// Dialect: `unsigned`, which does an operation on whole numbers of 64 bits without a sign.
import { languageError } from "../../runtime/language-errors.ts";
import type { RingValue } from "../../runtime/values.ts";
import { bad, asText } from "../common/arguments.ts";

/** `unsigned(a, b, operator)`, with the operator first or last, and `unsigned(a, "~")`. */
export function unsigned(args: readonly RingValue[]): number {
  const isFirst = typeof args[0] === "string";
  const operator = asText(isFirst ? args[0] : args.at(-1));
  const [left, right = 0n] = (isFirst ? args.slice(1) : args.slice(0, -1)).map(unsignedOf);
  const isUnary = operator === "~";
  if (left === undefined || (args.length === 2 && !isUnary)) throw bad("type");
  if (operator === "/" && right === 0n) throw languageError("R1");
  const run = Object.hasOwn(operations, operator) ? operations[operator]! : null;
  if (run === null) throw bad("type");
  return Number(BigInt.asUintN(64, BigInt(run(left, right))));
}

const operations: Record<string, (left: bigint, right: bigint) => bigint | boolean> = {
  ">>": (left, right) => (right > 63n ? 0n : left >> right),
  "<<": (left, right) => (right > 63n ? 0n : left << right),
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "^": (left, right) => left ^ right,
  "&": (left, right) => left & right,
  "|": (left, right) => left | right,
  "~": (left) => ~left,
  "<": (left, right) => left < right,
  ">": (left, right) => left > right,
  "<=": (left, right) => left <= right,
  ">=": (left, right) => left >= right,
  "=": (left, right) => left === right,
  "!=": (left, right) => left !== right,
};

function unsignedOf(value: RingValue): bigint {
  if (typeof value !== "number") throw bad("type");
  return Number.isFinite(value) ? BigInt.asUintN(64, BigInt(Math.trunc(value))) : 0n;
}
