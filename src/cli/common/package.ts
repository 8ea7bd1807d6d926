// CLI: the files and the version of the installed package.
import { readFileSync } from "node:fs";

/** A file or folder of the installed package. Its root is three folders above src/cli/common/ and dist/cli/common/. */
export function inPackage(path: string): URL {
  return new URL(`../../../${path}`, import.meta.url);
}

/** Parlor's own version. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(inPackage("package.json"), "utf8")) as { version: string };
  return version;
}
