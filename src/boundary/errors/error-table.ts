// Boundary: the form of an entry in the table of errors.

/**
 * Errors by code, sorted by code. A text reads `what happened: where; what to do`. Its `{braces}` are filled in when
 * the error occurs; `{file}: ` at the start of a text is the file, with line and column where they are known.
 */
export type ErrorTable = Readonly<Record<`PARLOR_${string}`, ErrorEntry>>;

export interface ErrorEntry {
  readonly level: "error" | "warn" | "info";
  /** The text, or one for each of several cases, by the name of the case. */
  readonly text: string | Readonly<Record<string, string>>;
  /** What causes it, in Markdown, for `docs/errors.md`. */
  readonly help: string;
  /** What to do, in Markdown, for `docs/errors.md`. */
  readonly remedy: string;
}
