// Dialect: an error that a Ring program can catch.

/** An error of the language or of a built-in function. The message is what `cCatchError` holds, for example `Bad parameter type!`. */
export class RingError extends Error {
  override readonly name = "RingError";
  /** The built-in function that failed; empty for an error of the language itself. */
  builtin = "";
}
