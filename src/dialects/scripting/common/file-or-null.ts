// Dialect: calls on files that return null where a file cannot be used.
import { FileProblem } from "../../../host/api/platform-files.ts";

/** What the call returns; null if the file system refuses it. */
export function fileOrNull<T>(call: () => T): T | null {
  try {
    return call();
  } catch (error) {
    if (error instanceof FileProblem) return null;
    throw error;
  }
}
