// Dialect: the functions that compiled Ring code calls, by the names that the generator writes.
import { valueText } from "../library/text/value-text.ts";
import { lowerAscii } from "../runtime/bytes.ts";
import {
  braceStart,
  braceEnd,
  braceValue,
  braceAttribute,
  setBraceAttribute,
  braceMethod,
} from "./braces.ts";
import { className, setClassName } from "./class-bodies.ts";
import {
  countsAsTrue,
  equal,
  unequal,
  less,
  lessOrEqual,
  greater,
  greaterOrEqual,
  not,
  and,
  or,
  decides,
  counted,
  isWithin,
  stepOf,
} from "./comparisons.ts";
import type { RingRun } from "../runtime/builtin.ts";
import type { Callee, Global } from "./cells.ts";
import { copyOf } from "../runtime/copies.ts";
import { compoundsOf, increase, type Compound } from "./compound.ts";
import { givenBack } from "./given-back.ts";
import { itemAt, withItem, setInner, range, lettersOf } from "./items.ts";
import { languageError, type LanguageErrorCode } from "../runtime/language-errors.ts";
import { attributeOf, assignAttribute, stepAttribute, methodOf, superMethod } from "./objects.ts";
import { overloaded, type Operators } from "./operators.ts";
import { assignParameter, take, temporary } from "./places.ts";
import { RingBye } from "./ring-bye.ts";
import { RingList, RingObject, type RingCode, type RingValue } from "../runtime/values.ts";

/** What the helpers use of their program. */
export interface HelpedProgram {
  readonly run: RingRun;
  /** The functions that the program itself defines. */
  readonly functions: ReadonlySet<string>;
  global(name: string): Global;
  globalNames(): string[];
  callee(name: string): Callee;
  calleeOf(value: RingValue, self: RingObject | null): RingCode;
  caught(error: unknown): void;
}

/** All helpers of a program, in one object without methods: compiled code takes them out by name. */
export function helpersOf(program: HelpedProgram, operators: Operators) {
  const { run } = program;
  return {
    ...operations(operators),
    ...givenBack(),
    ...{
      countsAsTrue,
      equal,
      unequal,
      less,
      lessOrEqual,
      greater,
      greaterOrEqual,
      not,
      and,
      or,
      decides,
      counted,
      isWithin,
      stepOf,
    },
    ...{ itemAt, withItem, setInner, range, lettersOf },
    ...{ attributeOf, assignAttribute, stepAttribute, methodOf, superMethod },
    ...{ braceStart, braceEnd, braceValue, braceAttribute, setBraceAttribute, braceMethod },
    ...{ className, setClassName },
    ...{ copyOf, take, temporary, assignParameter },
    ...{ list, walked, checkCount, exitLevels, fail, lower, changeItem, stepItem },
    see: (value: RingValue): void => run.write(valueText(value, run.decimals)),
    print: (value: RingValue): void => run.write(`${valueText(value, run.decimals)}\n`),
    missing: (name: string): never => fail("R24", name),
    definesAny: (names: readonly string[], object: RingObject | null): boolean =>
      names.some((name) => program.functions.has(name) || object?.ringClass.all[name] !== undefined),
    calleeOf: (value: RingValue, self: RingObject | null): RingCode => program.calleeOf(value, self),
    initOf: (object: RingObject): RingCode => object.ringClass.all["init"] ?? program.callee("init").code,
    caught: (error: unknown): void => program.caught(error),
    braceError: (object: RingObject, error: unknown): void => failedIn(program, object, error),
    inBraces: (value: RingValue, body: (object: RingObject) => void): RingObject =>
      inBraces(program, value, body),
    isLocalName: (table: LocalTable, name: RingValue): RingValue => {
      const found = table === null ? program.global(lower(name)).value : table[lower(name)];
      return found === undefined ? 0 : 1;
    },
    localNames: (table: LocalTable): RingValue =>
      list(table === null ? program.globalNames() : namesOf(table)),
    bye: (): never => {
      throw new RingBye();
    },
  };
}

/** The local variables of a function; null at the top, where they are the global ones. */
type LocalTable = Readonly<Record<string, RingValue | undefined>> | null;

function namesOf(table: Exclude<LocalTable, null>): string[] {
  return Object.keys(table).filter((name) => table[name] !== undefined);
}

function operations(operators: Operators) {
  const { add, subtract, multiply, divide, modulo, power, negate, bitNot } = operators;
  const { bitAnd, bitOr, bitXor, shiftLeft, shiftRight } = operators;
  return {
    ...{ add, subtract, multiply, divide, modulo, power, negate, bitNot },
    ...{ bitAnd, bitOr, bitXor, shiftLeft, shiftRight },
    ...compoundsOf(operators.numberText),
  };
}

function list(values: RingValue[]): RingList {
  return new RingList(values);
}

/** What `for in` walks through: a list, a text as the list of its characters, or what an object's method `operator` gives. */
function walked(value: RingValue): RingList {
  if (value instanceof RingList) return value;
  if (value instanceof RingObject) return list(itemsOf(value));
  if (typeof value === "string") return new RingList(value.split(""));
  throw languageError("R29");
}

function itemsOf(object: RingObject): RingValue[] {
  const length = overloaded(object, "len", 0);
  return Array.from({ length: Number(length) }, (_, index) => overloaded(object, "[]", index + 1));
}

function checkCount(count: number, expected: number): void {
  if (count < expected) throw languageError("R19");
  if (count > expected) throw languageError("R20");
}

/** The number after `exit` or `loop`: how many loops it is about, of those around it. */
function exitLevels(value: RingValue, loops: number, isExit: boolean): number {
  const levels = typeof value === "number" ? Math.trunc(value) : 0;
  if (loops === 0) fail(isExit ? "R9" : "R22");
  if (levels < 1 || levels > loops) fail(isExit ? "R10" : "R23");
  return levels;
}

function fail(code: LanguageErrorCode, name?: string): never {
  throw languageError(code, name);
}

function lower(value: RingValue): string {
  return typeof value === "string" ? lowerAscii(value) : "";
}

/** `base[at] += value` and its like. */
function changeItem(base: RingValue, at: RingValue, change: Compound, value: RingValue): void {
  if (typeof base === "string") throw languageError("R21");
  withItem(base, at, change(itemAt(base, at), value));
}

/** `base[at]++`. */
function stepItem(base: RingValue, at: RingValue, by: number): RingValue {
  if (typeof base === "string") throw languageError("R21");
  const changed = increase(itemAt(base, at), by);
  withItem(base, at, changed);
  return changed;
}

// The method `braceError` of the object handles what failed in its braces.
function failedIn(program: HelpedProgram, object: RingObject, error: unknown): void {
  const handler = object.ringClass.all["braceerror"];
  if (handler === undefined) throw error;
  program.caught(error);
  handler(object);
}

function inBraces(program: HelpedProgram, value: RingValue, body: (object: RingObject) => void): RingObject {
  const object = braceStart(value);
  try {
    body(object);
  } catch (error) {
    failedIn(program, object, error);
  }
  braceEnd(object);
  return object;
}
