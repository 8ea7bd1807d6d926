// Dialect: a Ring number as text: whole ones without a point, others with a fixed number of digits, as C prints them.

/**
 * The text of `value` as `see`, `?` and `+` write it. A whole number below 2^53 has no point. Any other has `decimals` digits, 0 to 90,
 * rounded from its exact binary value, and a tie goes to the even digit. A text of 128 bytes or more is written with an exponent.
 */
export function numberText(value: number, decimals: number): string {
  if (Number.isSafeInteger(value)) return `${value}`;
  if (!Number.isFinite(value)) return specialText(value);
  const text = fixedText(value, decimals);
  return text.length < longest ? text : exponentText(value);
}

/** The room that Ring has for the text of a number, in bytes. */
const longest = 128;
/** The digits after the point before an exponent. */
const exponentDigits = 90;

function specialText(value: number): string {
  if (Number.isNaN(value)) return "-nan";
  return value > 0 ? "inf" : "-inf";
}

function fixedText(value: number, digits: number): string {
  // From here on toFixed writes an exponent.
  if (Math.abs(value) >= 1e21)
    return digits === 0 ? wholeText(value) : `${wholeText(value)}.${"0".repeat(digits)}`;
  return isTie(value, digits) ? roundedToEven(value, digits) : value.toFixed(digits);
}

function wholeText(value: number): string {
  return BigInt(value).toString();
}

// A tie has exactly one digit more, a 5, and so at most `digits + 1` binary places.
function isTie(value: number, digits: number): boolean {
  return Number.isInteger(value * 2 ** (digits + 1)) && value.toFixed(digits + 1).endsWith("5");
}

function roundedToEven(value: number, digits: number): string {
  const cut = value.toFixed(digits + 1).slice(0, digits === 0 ? -2 : -1);
  return "02468".includes(cut.at(-1)!) ? cut : value.toFixed(digits);
}

function exponentText(value: number): string {
  const [mantissa, exponent] = value.toExponential(exponentDigits).split("e");
  return `${mantissa}e${exponent![0]}${exponent!.slice(1).padStart(2, "0")}`;
}
