// Host: which files of `shared/` a script imports, and in which order they come.
import type { CompileSource } from "../../../boundary/host-spec.ts";

/** These files and all that they import, each after those that it imports. */
export function importedBy(files: readonly string[], sources: readonly Imports[]): string[] {
  const known = new Map(sources.map((source) => [source.file, source.shared]));
  const seen = new Set<string>();
  const ordered: string[] = [];
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const imported of known.get(file) ?? []) visit(imported);
    ordered.push(file);
  };
  for (const file of files) visit(file);
  return ordered;
}

/** Some of the files, each after those that it imports. */
export function inImportOrder(files: readonly string[], sources: readonly Imports[]): string[] {
  const ordered: string[] = [];
  for (const file of importedBy(files, sources)) if (files.includes(file)) ordered.push(file);
  return ordered;
}

type Imports = Pick<CompileSource, "file" | "shared">;
