// Load: the problems in the files of programs that are folders; their hosts find them when they run.
import { dialects } from "../dialects/index.ts";
import { compileUnknown } from "../host/script/compile-function.ts";
import { problem, type AppProblem } from "./files/app-problem.ts";
import type { LoadedApp } from "./load-app.ts";

/** Each file is compiled, and nothing is evaluated. */
export function folderProblems({ scripts }: Pick<LoadedApp, "scripts">): AppProblem[] {
  return scripts.flatMap(({ spec: { info, files } }) => {
    if (files === undefined) return [];
    const problems = dialects.get(info.dialect)?.checkFiles?.({ info, files, platform: PLATFORM }) ?? [];
    return problems.map((text) => problemOf(info.name, text));
  });
}

const PLATFORM = { compile: compileUnknown };

// `dirigible/a.mjs:2:7: Unexpected ";"`; a text that names several files is about their folder.
function problemOf(folder: string, text: string): AppProblem {
  const [, file = folder, line, column, rest = text] =
    /^(\S+?\.\w+)(?::(\d+))?(?::(\d+))?: (.*)$/s.exec(text) ?? [];
  const place = { file, line: numberOf(line), column: numberOf(column), problem: rest };
  return problem(/\.(?:m?js|ts)$/.test(file) ? "PARLOR_SCRIPT_SYNTAX" : "PARLOR_SCRIPT_CONTRACT", place);
}

function numberOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}
