import { join } from "node:path";
import ts from "typescript";

/** The errors of `tsc -p` for a folder, a line each: `ws/chat.ts:3 Property ... does not exist`. */
export function typeErrors(dir: string): string[] {
  const config = configOf(dir);
  const program = ts.createProgram(config.fileNames, config.options, hostOf(config.options));
  const found = ownFilesOf(program).flatMap((file) => [...ts.getPreEmitDiagnostics(program, file)]);
  return [...config.errors, ...ts.sortAndDeduplicateDiagnostics(found)].map((one) => lineOf(one, dir));
}

/** The app's files and this package's; packages and the libraries of TypeScript are no work of either. */
function ownFilesOf(program: ts.Program): readonly ts.SourceFile[] {
  return program.getSourceFiles().filter(({ fileName }) => !fileName.includes("/node_modules/"));
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

/** The service of the folder that was last asked about: what it has read and checked counts for its next answers. */
function languageServiceOf(dir: string): ts.LanguageService {
  if (lastService?.dir !== dir) lastService = { dir, service: makeLanguageService(dir) };
  return lastService.service;
}

let lastService: { readonly dir: string; readonly service: ts.LanguageService } | null = null;

function makeLanguageService(dir: string): ts.LanguageService {
  const { options } = configOf(dir);
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => configOf(dir).fileNames,
    getScriptVersion: (name) => String(ts.sys.getModifiedTime?.(name)?.getTime()),
    getScriptSnapshot: (name) => ts.ScriptSnapshot.fromString(ts.sys.readFile(name) ?? ""),
    getCurrentDirectory: () => dir,
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    fileExists: (name) => ts.sys.fileExists(name),
    readFile: (name) => ts.sys.readFile(name),
    directoryExists: (name) => ts.sys.directoryExists(name),
    ...(ts.sys.realpath === undefined ? {} : { realpath: ts.sys.realpath }),
  };
  return ts.createLanguageService(host);
}

/** Parses each file outside of the apps once for all that have the same options: they are most of the work of an app. */
function hostOf(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  const files = librariesFor(options);
  host.getSourceFile = (file, language, ...rest) => {
    if (!isLibrary(file)) return read(file, language, ...rest);
    const key = JSON.stringify([file, language]);
    const found = files.get(key) ?? read(file, language, ...rest);
    if (found !== undefined) files.set(key, found);
    return found;
  };
  return host;
}

const root = ts.sys.resolvePath(".");

/** No test writes to these folders. */
function isLibrary(file: string): boolean {
  return ["node_modules", "types", "dist"].some((folder) => file.startsWith(`${root}/${folder}/`));
}

/** A parsed file holds what the options make of it, apart from those that say which files there are. */
function librariesFor(options: ts.CompilerOptions): Map<string, ts.SourceFile> {
  const ofProgram = ["configFilePath", "pathsBasePath", "types"];
  const key = JSON.stringify(Object.entries(options).filter(([name]) => !ofProgram.includes(name)));
  if (libraries.key !== key) libraries = { key, files: new Map() };
  return libraries.files;
}

let libraries = { key: "", files: new Map<string, ts.SourceFile>() };

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
