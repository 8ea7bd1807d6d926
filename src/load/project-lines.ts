// Load: the lines about the folders in `scripting/`: those without a program, and those with a wrong `script.json`.
import { sourcesOf, type Bundle } from "./bundle/bundle.ts";
import type { AppFolder } from "./files/app-files.ts";
import type { AppProblem } from "./files/app-problem.ts";
import { projectProblem } from "./files/project-folders.ts";
import { metadataWarnings } from "./files/project-metadata.ts";
import type { ScriptFile } from "./files/script-file.ts";

/** The lines about the folders of an app whose programs are bundled. */
export async function projectLines(
  { scripts, projects = [] }: AppFolder,
  bundles: ReadonlyMap<ScriptFile, Bundle>,
): Promise<ProjectLines> {
  const sources = [...bundles.values()].flatMap(sourcesOf);
  const found = projects.flatMap((project) => projectProblem(project, sources) ?? []);
  // In an app without scripts, such a folder is why nothing is served.
  const isProblem = (line: { readonly isProblem: boolean }): boolean =>
    line.isProblem || scripts.length === 0;
  const warnings = found.filter((line) => !isProblem(line)).map(({ line }) => line);
  return {
    problems: found.filter(isProblem).map(({ line }) => line),
    warnings: [...warnings, ...(await metadataWarnings([...bundles.keys()]))],
  };
}

interface ProjectLines {
  readonly problems: readonly AppProblem[];
  readonly warnings: readonly AppProblem[];
}
