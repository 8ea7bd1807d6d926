// Load: the folders in `scripting/` that are not programs, though a user may take them for programs.
import { problem, type AppProblem } from "./app-problem.ts";
import type { ScriptFile } from "./script-file.ts";

/** A folder in `scripting/` without an `index` file. */
export interface ProjectFolder {
  /** Relative to the app: `scripting/wall`. */
  readonly name: string;
  /** Its files, relative to the app. */
  readonly files: readonly string[];
}

/** The folders in `scripting/` that have no program. `refused`: scripts that exclude each other. */
export function projectsWithoutIndex(
  { folders, names }: { readonly folders: readonly string[]; readonly names: readonly string[] },
  scripts: readonly ScriptFile[],
): ProjectFolder[] {
  const projects = folders.filter((name) => /^scripting\/(?!node_modules$)[^/]+$/.test(name));
  return (
    projects
      .filter((name) => !scripts.some((script) => script.name.startsWith(`${name}/`)))
      .map((name) => ({ name, files: names.filter((file) => file.startsWith(`${name}/`)) }))
      // An index of code that is not of a program, as `index.cjs`, has a line of its own.
      .filter(({ name, files }) => !files.some((file) => INDEX.test(file.slice(name.length + 1))))
  );
}

/**
 * The line about a folder: a problem if it has a `script.json`, as the app's projects have, else a warning. Null for a
 * folder whose modules a program imports. `sources`: the files that programs are made of.
 */
export function projectProblem(
  { name, files }: ProjectFolder,
  sources: readonly string[],
): ProjectLine | null {
  if (files.includes(`${name}/script.json`))
    return { isProblem: true, line: problem("PARLOR_PROGRAM_INDEX/project", { file: name }) };
  if (sources.some((source) => source.startsWith(`${name}/`))) return null;
  const [only, ...more] = files.filter((file) => CODE.test(file.slice(name.length + 1)));
  const remedy = only === undefined || more.length > 0 ? "add one" : `rename ${only} to it`;
  return { isProblem: false, line: problem("PARLOR_PROGRAM_INDEX/folder", { file: name, remedy }) };
}

interface ProjectLine {
  readonly isProblem: boolean;
  readonly line: AppProblem;
}

/** A file of code in the folder itself. */
const CODE = /^[^/]+\.[cm]?[jt]sx?$/;
const INDEX = /^index\.[cm]?[jt]sx?$/;
