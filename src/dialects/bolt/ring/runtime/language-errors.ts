// Dialect: the errors of the Ring language, with the texts that programs compare.
import { RingError } from "./ring-error.ts";

/** The error of the language with this code; `name` follows its text. */
export function languageError(code: LanguageErrorCode, name?: string): RingError {
  const text = `Error (${code}) : ${TEXTS[code]}`;
  return new RingError(name === undefined ? text : `${text}: ${name}`);
}

export type LanguageErrorCode = keyof typeof TEXTS;

const TEXTS = {
  R1: "Can't divide by zero",
  R2: "Array Access (Index out of range)",
  R3: "Calling Function without definition",
  R4: "Stack Overflow",
  R5: "Can't access the list item, Object is not list",
  R7: "Can't assign to a string letter more than one character",
  R8: "Variable is not a string",
  R9: "Using exit command outside loops",
  R10: "Using exit command with number outside the range",
  R11: "Error in class name, class not found",
  R12: "Error in property name, property not found",
  R13: "Object is required",
  R14: "Calling Method without definition",
  R15: "Error in parent class name, class not found",
  R16: "Using braces to access unknown object",
  R17: "Error, using 'Super' without parent class",
  R18: "Numeric Overflow",
  R19: "Calling function with less number of parameters",
  R20: "Calling function with extra number of parameters",
  R21: "Using operator with values of incorrect type",
  R22: "Using loop command outside loops",
  R23: "Using loop command with number outside the range",
  R24: "Using uninitialized variable",
  R25: "Error in package name, Package not found",
  R26: "Calling private method from outside the class",
  R27: "Using private attribute from outside the class",
  R28: "Using bad data type as step value",
  R29: "Using bad data type in for loop",
  R30: "Parent class name is identical to child class name",
  R32: "The CALL command expect a variable contains string",
  R33: "Bad decimals number (correct range >= 0 and <= 90)",
  R35: "Can't create/open the file",
  R36: "The column number is not correct! It's greater than the number of columns in the list",
  R34: "Variable is required for the assignment operation",
  R40: "Numeric underflow",
  R41: "Invalid numeric string",
  R45: "Variable is not a list",
  R47: "The function is not supported in this platform",
  R48: "Assertion Failed!",
  R50: "Object does not support operator overloading",
  R51: "Value Error",
  R53: "Function redefinition, function is already defined!",
  R54: "Object attribute redefinition, attribute is already defined!",
} as const;
