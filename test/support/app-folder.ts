import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const packageRoot = resolve(import.meta.dirname, "../..");

/** A user's app on the disk, with this package in its node_modules, as npm installs it. */
export interface AppFolder {
  readonly dir: string;
  remove(): void;
}

/** Copies a folder out of the repository, and installs this package and what the template depends on in the copy. */
export function appFolderFrom(source: string): AppFolder {
  const dir = mkdtempSync(join(tmpdir(), "parlor-app-"));
  cpSync(resolve(packageRoot, source), dir, { recursive: true });
  mkdirSync(join(dir, "node_modules/@types"), { recursive: true });
  symlinkSync(packageRoot, join(dir, "node_modules/parlor"));
  for (const name of ["@types/node", "zod"])
    symlinkSync(join(packageRoot, "node_modules", name), join(dir, "node_modules", name));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Fills the placeholders of a template, as `parlor new` does. */
export function fillTemplate({ dir }: AppFolder, name: string): void {
  for (const file of filesIn(dir))
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("{{name}}", name));
  renameSync(join(dir, "_gitignore"), join(dir, ".gitignore"));
}

/** The app's own files. `readdir` with `recursive` would follow the link to this package on some versions of Node. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules") return filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}
