import { Folder } from "./parlor.ts";

/** A separate folder for temporary files, so that the control sockets of tests do not meet. */
export function ownTmp(): { path: string; restore(): void } {
  const previous = process.env["TMPDIR"];
  const folder = new Folder();
  process.env["TMPDIR"] = folder.path;
  return {
    path: folder.path,
    restore() {
      if (previous === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = previous;
      folder.remove();
    },
  };
}
