// CLI: refuses a path that does not lead to an app, before anything else is tried with it.
import { stat } from "node:fs/promises";
import { ParlorError } from "../../boundary/errors.ts";
import { emptyAppHint } from "../../server/serve.ts";
import { UsageError } from "../print/failure.ts";

/** Refuses a path where there is no folder. */
export async function refuseNoFolder(dir: string): Promise<void> {
  const found = await stat(dir).catch(() => null);
  if (found === null && /^\d+$/.test(dir))
    throw new UsageError(`${dir} is not a folder; did you mean --port ${dir}?`);
  if (found === null) throw new ParlorError("PARLOR_APP_MISSING", { file: dir });
  if (!found.isDirectory()) throw new UsageError(`${dir}: this is a file; give the app's folder`);
}

/** Refuses a folder in which loading has found nothing to serve. */
export async function refuseEmpty(
  dir: string,
  problems: readonly { readonly code: string }[],
): Promise<void> {
  if (problems.some(({ code }) => code === "PARLOR_APP_EMPTY")) throw await emptyFolder(dir);
}

/** The error for a folder that has nothing to serve, with paths as the folder was given. */
export async function emptyFolder(dir: string): Promise<ParlorError> {
  return new ParlorError("PARLOR_APP_EMPTY", { file: dir, hint: await emptyAppHint(dir) });
}
