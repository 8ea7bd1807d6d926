import { stat } from "node:fs/promises";
import { UsageError } from "./failure.ts";

/** Says in one line that a path leads to no app, before anything else is tried with it. */
export async function refuseNoFolder(dir: string): Promise<void> {
  const found = await stat(dir).catch(() => null);
  if (found === null) {
    throw new UsageError(`there is no folder ${dir}: check the path, or make an app with "parlor new NAME"`);
  }
  if (!found.isDirectory()) throw new UsageError(`${dir} is a file, not the folder of an app`);
}

/** The same for a folder that holds nothing to serve. */
export function refuseEmpty(dir: string, problems: readonly { readonly code: string }[]): void {
  if (problems.some(({ code }) => code === "PARLOR_APP_EMPTY")) throw emptyFolder(dir);
}

export function emptyFolder(dir: string): UsageError {
  return new UsageError(
    `${dir} holds no script: add one, such as ws/chat.ts, or make an app with "parlor new NAME"`,
  );
}
