import { Folder } from "./parlor.ts";

/** A folder for temporary files of this test alone, so that its control sockets meet nobody else's. */
export function ownTmp(): { path: string; restore(): void } {
  const before = process.env["TMPDIR"];
  const folder = new Folder();
  process.env["TMPDIR"] = folder.path;
  return {
    path: folder.path,
    restore() {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
      folder.remove();
    },
  };
}
