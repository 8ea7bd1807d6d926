// Dialect: Ring's built-in functions on numbers.
import type { Builtin, Builtins, RingRun } from "../../runtime/builtin.ts";
import { languageError } from "../../runtime/language-errors.ts";
import type { RingValue } from "../../runtime/values.ts";
import { between, exactly, missing, asNumber, asWhole } from "../common/arguments.ts";
import { unsigned } from "./unsigned.ts";

export const math: Builtins = {
  sin: ofOne(Math.sin),
  cos: ofOne(Math.cos),
  tan: ofOne(Math.tan),
  asin: ofOne(Math.asin),
  acos: ofOne(Math.acos),
  atan: ofOne(Math.atan),
  sinh: ofOne(Math.sinh),
  cosh: ofOne(Math.cosh),
  tanh: ofOne(Math.tanh),
  exp: ofOne(Math.exp),
  log10: ofOne(Math.log10),
  ceil: ofOne(Math.ceil),
  floor: ofOne(Math.floor),
  fabs: ofOne(Math.abs),
  sqrt: ofOne(Math.sqrt),
  atan2: exactly(2, (_, [y, x]) => Math.atan2(asNumber(y), asNumber(x))),
  pow: exactly(2, (_, [base, exponent]) => asNumber(base) ** asNumber(exponent)),
  log: (_, args) => log(args),
  unsigned: between(2, 3, (_, args) => unsigned(args)),
  decimals: between(1, 1, (run, [digits]) => setDecimals(run, asWhole(digits))),
};

function ofOne(run: (value: number) => number): Builtin {
  return exactly(1, (_, [value]) => run(asNumber(value)));
}

function log(args: readonly RingValue[]): number {
  if (args.length !== 1 && args.length !== 2) throw missing(1);
  if (args.length === 1) return Math.log(asNumber(args[0]));
  const [value, base] = args.map(asNumber) as [number, number];
  if (Math.log10(base) === 0) throw languageError("R1");
  return Math.log10(value) / Math.log10(base);
}

function setDecimals(run: RingRun, digits: number): string {
  if (digits < 0 || digits > 90) {
    throw languageError("R33");
  }
  run.decimals = digits;
  return "";
}
