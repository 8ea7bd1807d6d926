// CLI: refuses a path that does not lead to a folder, before anything else is tried with it.
import { stat } from "node:fs/promises";
import { ParlorError } from "../../boundary/errors.ts";
import { UsageError } from "../print/failure.ts";

/** Refuses a path where there is no folder. */
export async function refuseNoFolder(dir: string): Promise<void> {
  const found = await stat(dir).catch(() => null);
  if (found === null && /^\d+$/.test(dir))
    throw new UsageError(`${dir} is not a folder; did you mean --port ${dir}?`);
  if (found === null) throw new ParlorError("PARLOR_APP_MISSING", { file: dir });
  if (!found.isDirectory()) throw new UsageError(`${dir}: this is a file; give the app's folder`);
}
