// Dialect: text as a number, by the rules of Ring's operators: only as a whole, in the forms that C reads.

/**
 * The number that `text` is as a whole: decimal or hexadecimal, with sign and exponent, blanks around it; the empty text is 0. Otherwise
 * the reason why it is none: `invalid`, or `overflow` and `underflow` beyond what a number holds.
 */
export function textNumber(text: string): number | TextNumberFault {
  const seen = beforeNul(text);
  if (seen === "") return 0;
  const found = numberAtStart(seen);
  if (found === null || !blank.test(seen.slice(found.length))) return "invalid";
  return inRange(found);
}

export type TextNumberFault = "invalid" | "overflow" | "underflow";

/** The number at the start of `text`, as `number()` reads it; 0 if there is none. */
export function leadingNumber(text: string): number | TextNumberFault {
  const found = numberAtStart(beforeNul(text));
  return found === null ? 0 : inRange(found);
}

interface Found {
  readonly value: number;
  readonly length: number;
  /** Whether a digit that is not 0 was read: then a value of 0 is an underflow. */
  readonly isNonZero: boolean;
  readonly isNamed: boolean;
}

const decimal = /^[ \t-\r]*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/i;
const hexadecimal = /^[ \t-\r]*([+-]?)0x([\da-f]+\.?[\da-f]*|\.[\da-f]+)(?:p([+-]?\d+))?/i;
const named = /^[ \t-\r]*([+-]?)(infinity|inf|nan(?:\(\w*\))?)/i;
const blank = /^[ \r\n\t]*$/;

// Ring's conversions see a C string, which ends at the first byte 0.
function beforeNul(text: string): string {
  const end = text.indexOf("\0");
  return end === -1 ? text : text.slice(0, end);
}

function inRange({ value, isNonZero, isNamed }: Found): number | TextNumberFault {
  if (!Number.isFinite(value) && !isNamed) return "overflow";
  return value === 0 && isNonZero ? "underflow" : value;
}

function numberAtStart(text: string): Found | null {
  return hexAtStart(text) ?? decimalAtStart(text) ?? namedAtStart(text);
}

function decimalAtStart(text: string): Found | null {
  const match = decimal.exec(text);
  if (match === null) return null;
  const isNonZero = /^[+-]?[0.]*[1-9]/.test(match[1]!);
  return { value: Number(match[1]), length: match[0].length, isNonZero, isNamed: false };
}

function hexAtStart(text: string): Found | null {
  const match = hexadecimal.exec(text);
  if (match === null) return null;
  const [whole = "", fraction = ""] = match[2]!.split(".");
  const digits = Number.parseInt(`0${whole}${fraction}`, 16);
  const value = digits * 2 ** (Number(match[3] ?? 0) - 4 * fraction.length);
  const signed = match[1] === "-" ? -value : value;
  return { value: signed, length: match[0].length, isNonZero: digits !== 0, isNamed: false };
}

function namedAtStart(text: string): Found | null {
  const match = named.exec(text);
  if (match === null) return null;
  const value = match[2]!.toLowerCase().startsWith("nan") ? Number.NaN : Number.POSITIVE_INFINITY;
  return {
    value: match[1] === "-" ? -value : value,
    length: match[0].length,
    isNonZero: false,
    isNamed: true,
  };
}
