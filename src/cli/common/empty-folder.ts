// CLI: refuses a folder that has nothing to serve. Apart from the refusal of paths: it needs what loads apps.
import { ParlorError } from "../../boundary/errors.ts";
import { emptyAppHint } from "../../server/app/check-app.ts";

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
