/** Something in an app that keeps one of its files from being served: one line, with the fix in it. */
export interface AppProblem {
  /** The file, relative to the app and with forward slashes, as a person writes it: `ws/chat.ts`. */
  readonly file: string;
  /** Counted from 1, or null when the problem is the file itself. */
  readonly line: number | null;
  /** Counted from 1, or null. */
  readonly column: number | null;
  readonly message: string;
  readonly code: string;
}

/** A problem that is about the file as a whole. */
export function fileProblem(code: string, file: string, message: string): AppProblem {
  return { file, line: null, column: null, message, code };
}

/** `ws/chat.ts:3:7: message`, the form in which people see a problem. */
export function formatProblem(problem: AppProblem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== null).join(":");
  return `${place}: ${problem.message}`;
}
