// Load: a problem of an app's file: its place, its code and its text.
import { codeOf, errorTemplate, fillBraces } from "../../boundary/errors.ts";
import type { ErrorCode, ErrorKey, ErrorValues } from "../../boundary/errors.ts";

/** A problem in an app that keeps one of its files from being served: one line, with the remedy in it. */
export interface AppProblem {
  /** The file, relative to the app and with forward slashes, as a person writes it: `ws/chat.ts`. */
  readonly file: string;
  /** Counted from 1, or null when the problem is the file itself. */
  readonly line: number | null;
  /** Counted from 1, or null. */
  readonly column: number | null;
  /** What happened and what to do, without the place. */
  readonly message: string;
  readonly code: ErrorCode;
}

/** A problem's place, and the values for the other braces of its text. */
export type ProblemValues<K extends ErrorKey> = ErrorValues<K> & {
  readonly file: string;
  readonly line?: number | null;
  readonly column?: number | null;
};

/** A problem with its text from the table of errors. */
export function problem<K extends ErrorKey>(key: K, values: ProblemValues<K>): AppProblem {
  const { file, line = null, column = null, ...others }: ProblemValues<K> & Place = values;
  const message = fillBraces(errorTemplate(key).replace(/^\{file\}: /, ""), others);
  return { file, line, column, message, code: codeOf(key) };
}

/** `ws/chat.ts:3:7: message`, the form in which people see a problem. */
export function formatProblem({ file, line, column, message }: AppProblem): string {
  const place = [file, line, column].filter((part) => part !== null).join(":");
  return `${place}: ${message}`;
}

/** Whether a problem is among others: in the same place, with the same text. */
export function hasProblem(known: readonly AppProblem[], found: AppProblem): boolean {
  return known.map(formatProblem).includes(formatProblem(found));
}

type Place = Partial<Pick<AppProblem, "line" | "column">> & Pick<AppProblem, "file">;
