// Dialect: the calls of `$bolt` for files that a form brings.
import { FileProblem } from "../../../host/api/platform-files.ts";
import type { Platform } from "../../../host/api/platform.ts";
import { callsOf, type Call } from "../common/checks.ts";
import { boltFormOf, type UploadedFile } from "../http/bolt-form.ts";
import type { CallContext } from "../state/call-context.ts";

/** Published: "File Uploads"; indexes start at 1. Outside of a request there are no files. */
export function uploadCalls(platform: Platform, context: CallContext): Record<string, Call> {
  const files = (): readonly UploadedFile[] =>
    context.exchange === null ? [] : boltFormOf(platform, context.exchange).files;
  return callsOf({
    "filesCount()": () => files().length,
    // Published: an empty list for a file that is not there.
    "file(nIndex)": (index: number) => files()[index - 1]?.about ?? [],
    "files()": () => files().map(({ about }) => about),
    "fileByField(cName)": (name: string) => files().find(({ about }) => about.field === name)?.about ?? [],
    "fileSave(nIndex, cPath)": (index: number, path: string) => {
      const file = files()[index - 1];
      return file !== undefined && isSaved(platform, path, file.bytes) ? 1 : 0;
    },
  });
}

// Published: 0 for a file that cannot be written; an error for a path that leads outside.
function isSaved({ files }: Platform, path: string, bytes: Uint8Array): boolean {
  try {
    files.write(path, bytes, "all");
    return true;
  } catch (error) {
    if (error instanceof FileProblem && error.reason !== "outside") return false;
    throw error;
  }
}
