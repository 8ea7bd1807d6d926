// Dialect: what is wrong in a source file of Ring, and where.
import type { Place } from "./tokens.ts";

/** A file that breaks the syntax of Ring, or uses a part of Ring that Parlor does not have. The message is without the place. */
export class RingSyntaxError extends Error {
  override readonly name = "RingSyntaxError";
  readonly place: Place;
  /** Whether it is Ring, but a part that Parlor does not have. */
  readonly isLeftOut: boolean;

  constructor(message: string, { line, column }: Place, isLeftOut = false) {
    super(message);
    this.place = { line, column };
    this.isLeftOut = isLeftOut;
  }
}

/** The error for a part of Ring that Parlor does not have. */
export function leftOut(feature: string, fix: string, place: Place): RingSyntaxError {
  return new RingSyntaxError(`"${feature}" of Ring is not in Parlor; ${fix}`, place, true);
}

/** The result of `run`. A program in which it recurses too deeply is one with a syntax error at the place of `at`. */
export function withoutOverflow<T>(run: () => T, at: () => Place): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RingSyntaxError(
      "the program is nested too deeply here; divide it into smaller statements",
      at(),
    );
  }
}
