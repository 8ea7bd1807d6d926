// Dialect: Bolt's `@static(cUrlPath, cDirPath)` in Ring: the files of a folder of the app below a path.
import { toText } from "../runtime/bytes.ts";
import type { RingCode, RingValue } from "../runtime/values.ts";

/** What it uses of the names that Bolt has for JavaScript. */
type BoltNames = Readonly<Record<string, unknown>>;

interface Files {
  param(name: string): string;
  sendFile(path: string): void;
  notFound(): void;
}

/** A file that is not there, is hidden, or is outside of the folder is not found. */
export function staticFiles({ get, $bolt }: BoltNames): RingCode {
  const files = $bolt as Files;
  return (self, url, folder) => {
    const [path, directory] = [url, folder].map(withoutSlash);
    (get as (path: string, handler: () => void) => void)(`${path}/*path`, () => {
      const name = files.param("path");
      if (leaves(name)) files.notFound();
      else send(files, `${directory}/${name}`);
    });
    return self ?? "";
  };
}

function send(files: Files, path: string): void {
  try {
    files.sendFile(path);
  } catch {
    files.notFound();
  }
}

// The server decodes a path, so a slash may come as %2F.
function leaves(name: string): boolean {
  return name.split(/[\\/]/).includes("..");
}

function withoutSlash(value: RingValue | undefined): string {
  if (typeof value !== "string") throw new TypeError("@static(cUrlPath, cDirPath) takes two texts");
  return toText(value).replace(/\/$/, "");
}
