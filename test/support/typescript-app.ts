import { join } from "node:path";
import ts from "typescript";

/** The errors of `tsc -p` for a folder, a line each: `ws/chat.ts:3 Property ... does not exist`. */
export function typeErrors(dir: string): string[] {
  const config = configOf(dir);
  const program = ts.createProgram(config.fileNames, config.options);
  return [...config.errors, ...ts.getPreEmitDiagnostics(program)].map((found) => lineOf(found, dir));
}

/** The names that an editor offers at the end of the first occurrence of `after` in a file. */
export function completions(dir: string, file: string, after: string): string[] {
  const path = join(dir, file);
  const at = (ts.sys.readFile(path) ?? "").indexOf(after) + after.length;
  const found = languageServiceOf(dir).getCompletionsAtPosition(path, at, {});
  return found?.entries.map((entry) => entry.name) ?? [];
}

/** What an editor shows over each name in a file: the text, then `@example` with its code. */
export function hovers(dir: string, file: string, names: readonly string[]): Map<string, string> {
  const path = join(dir, file);
  const text = ts.sys.readFile(path) ?? "";
  const service = languageServiceOf(dir);
  return new Map(
    names.map((name) => {
      const found = service.getQuickInfoAtPosition(path, text.search(new RegExp(`\\b${name}\\b`)));
      const tags = found?.tags?.map((tag) => `@${tag.name} ${ts.displayPartsToString(tag.text)}`) ?? [];
      return [name, [ts.displayPartsToString(found?.documentation), ...tags].join("\n")];
    }),
  );
}

function languageServiceOf(dir: string): ts.LanguageService {
  const config = configOf(dir);
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => config.options,
    getScriptFileNames: () => config.fileNames,
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => ts.ScriptSnapshot.fromString(ts.sys.readFile(name) ?? ""),
    getCurrentDirectory: () => dir,
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
    fileExists: (name) => ts.sys.fileExists(name),
    readFile: (name) => ts.sys.readFile(name),
    directoryExists: (name) => ts.sys.directoryExists(name),
    ...(ts.sys.realpath === undefined ? {} : { realpath: ts.sys.realpath }),
  };
  return ts.createLanguageService(host);
}

function configOf(dir: string): ts.ParsedCommandLine {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: refuse };
  const config = ts.getParsedCommandLineOfConfigFile(join(dir, "tsconfig.json"), undefined, host);
  if (config === undefined) throw new Error(`${dir} has no tsconfig.json`);
  return config;
}

function refuse(found: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(found.messageText, " "));
}

function lineOf(found: ts.Diagnostic, dir: string): string {
  const text = ts.flattenDiagnosticMessageText(found.messageText, " ");
  if (found.file === undefined || found.start === undefined) return text;
  const { line } = found.file.getLineAndCharacterOfPosition(found.start);
  return `${found.file.fileName.replace(`${dir}/`, "")}:${line + 1} ${text}`;
}
