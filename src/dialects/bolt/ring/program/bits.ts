// Dialect: the operators of Ring on bits. Numbers are integers of 64 bits in them, as C's long long.
import { languageError } from "../runtime/language-errors.ts";

export function bitAnd(a: number, b: number): number {
  if (isShort(a) && isShort(b)) return a & b;
  return Number(longOf(a) & longOf(b));
}

export function bitOr(a: number, b: number): number {
  if (isShort(a) && isShort(b)) return a | b;
  return Number(longOf(a) | longOf(b));
}

export function bitXor(a: number, b: number): number {
  if (isShort(a) && isShort(b)) return a ^ b;
  return Number(longOf(a) ^ longOf(b));
}

export function bitNot(value: number): number {
  return isShort(value) ? ~value : Number(~longOf(value));
}

export function shiftLeft(value: number, by: number): number {
  return shifted(value, by, (long, places) => BigInt.asIntN(64, long << places));
}

export function shiftRight(value: number, by: number): number {
  return shifted(value, by, (long, places) => long >> places);
}

/** The number as C's int, as compound assignments take it. */
export function intOf(value: number): number {
  return isShort(value) ? value | 0 : LEAST_INT;
}

function shifted(value: number, by: number, shift: (long: bigint, places: bigint) => bigint): number {
  if (by < 0) throw languageError("R51");
  if (by === 0) return value;
  return by > 64 ? 0 : Number(shift(longOf(value), BigInt(by & 63)));
}

// What is out of range is the least number, as on the machines that Ring runs on.
function longOf(value: number): bigint {
  return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : -(2n ** 63n);
}

/** Whether 32 bits are enough, so that JavaScript's own operators give the same result. */
function isShort(value: number): boolean {
  return value > LEAST_INT - 1 && value < -LEAST_INT;
}

const LEAST_INT = -(2 ** 31);
