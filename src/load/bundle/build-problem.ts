// Load: problems of an app's files, made of messages of the bundler.
import type { Message } from "esbuild";
import type { ScriptModule } from "../../host/api/dialect.ts";
import { nearest } from "../../boundary/text/nearest.ts";
import { problem, type AppProblem } from "../files/app-problem.ts";
import { passedNamespace } from "./imports-plugin.ts";
import { LEFT_OUT } from "./ring-plugin.ts";

/** The problem that the bundler's message is about; `file` is its file when the message names none. */
export function buildProblem(
  message: Message,
  file: string,
  own: OwnImport | null = null,
  modules: readonly ScriptModule[] = [],
): AppProblem {
  const place = placeOf(message, file);
  if (own !== null) return nameProblem(place, own);
  const line = message.text.replaceAll(/\s+/g, " ");
  const path = /^Could not resolve "(.+?)"/.exec(line)?.[1];
  if (path !== undefined) return importProblem(place, path, { detail: message.detail, modules });
  const [, module, missing] = NO_EXPORT.exec(line) ?? [];
  if (module !== undefined && missing !== undefined)
    return problem("PARLOR_SCRIPT_IMPORT/export", { ...place, module, name: missing });
  if (/^(?:No loader is configured|Cannot read (?:file|directory) )/.test(line))
    return problem("PARLOR_SCRIPT_IMPORT/type", { ...place, problem: line });
  const key = message.detail === LEFT_OUT ? "PARLOR_RING_FEATURE" : "PARLOR_SCRIPT_SYNTAX";
  return problem(key, { ...place, problem: NO_TEXT.test(line) ? OTHER_ENCODING : line });
}

/**
 * The problems that the bundler's messages are about. `name` is the file of a message that names none; `modules` are those
 * that the dialect passes in.
 */
export function buildProblems(
  messages: readonly Message[],
  name: string,
  modules: readonly ScriptModule[] = [],
): AppProblem[] {
  const wrong = messages.map((message) => ({ message, own: ownImport(message, modules) }));
  const absent = wrong.filter(({ own }) => own?.isAbsent === true);
  const others = wrong.filter(({ own }) => own?.isAbsent !== true);
  return [
    ...screenProblem(absent, name),
    ...others.map(({ message, own }) => buildProblem(message, name, own, modules)),
  ];
}

/** An import of a name that a module of the dialect does not have. */
interface OwnImport {
  readonly module: ScriptModule;
  readonly name: string;
  /** Whether the published module has it. */
  readonly isAbsent: boolean;
}

interface WrongImport {
  readonly message: Message;
  readonly own: OwnImport | null;
}

/** What the bundler reports about a file that some editors and shells of Windows write. */
const NO_TEXT = /(?:^Unexpected|but found) "\\x(?:00|fe|ff)"$/;
const OTHER_ENCODING = "this is not text in UTF-8 (most likely it is UTF-16); save the file as UTF-8";

/** The name that a message is about, and the module that does not have it. */
const NO_EXPORT =
  /^(?:No matching export in "(.+?)" for import "(.+?)"|Import "(.+?)" will always be undefined .* in "(.+?)")/;

function ownImport({ text }: Message, modules: readonly ScriptModule[]): OwnImport | null {
  const [, file, imported, member, source] = NO_EXPORT.exec(text) ?? [];
  const name = imported ?? member ?? "";
  const module = modules.find((one) => `${passedNamespace}:${one.name}` === (file ?? source));
  return module === undefined ? null : { module, name, isAbsent: module.absent.has(name) };
}

// A program for the app's screen has many such names: one line has them all.
function screenProblem([first, ...more]: readonly WrongImport[], file: string): AppProblem[] {
  if (first?.own === null || first === undefined) return [];
  const names = [first, ...more].map(({ own }) => own?.name ?? "");
  const values = { ...namesIn(names), module: first.own.module.name };
  return [problem("PARLOR_SCRIPT_SCREEN/import", { ...placeOf(first.message, file), ...values })];
}

/** The subject of a line about names, and its verb. Of many names it has the first. */
export function namesIn(all: readonly string[]): { readonly names: string; readonly have: string } {
  const names = [...new Set(all)];
  const shown = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES - 1), "others"] : names;
  if (shown.length === 1) return { names: shown[0] ?? "", have: "has" };
  return { names: `${shown.slice(0, -1).join(", ")} and ${shown.at(-1) ?? ""}`, have: "have" };
}

const MOST_NAMES = 4;

function nameProblem(place: Place, { module, name }: OwnImport): AppProblem {
  const meant = name === "default" ? null : nearest(name, module.exports);
  const hint = meant === null ? `it has ${module.exports.join(", ")}` : `did you mean "${meant}"?`;
  return problem("PARLOR_SCRIPT_IMPORT/name", { ...place, module: module.name, name, hint });
}

function importProblem(place: Place, path: string, { detail, modules }: MissingImport): AppProblem {
  if (detail === "url") return problem("PARLOR_SCRIPT_IMPORT/url", { ...place, path });
  if (detail === "jsx") return problem("PARLOR_SCRIPT_SCREEN/jsx", place);
  if (/^[./#]/.test(path)) return problem("PARLOR_SCRIPT_IMPORT/file", { ...place, path });
  const names = modules.map((module) => module.name);
  const meant = nearest(path, names, MOST_EDITS);
  const name = path.split("/").slice(0, path.startsWith("@") ? 2 : 1);
  const install = `install it in the app: npm install ${name.join("/")}`;
  const hint = meant === null ? install : `did you mean "${meant}"?`;
  return problem("PARLOR_SCRIPT_IMPORT/package", { ...place, path, hint });
}

/** A package whose name differs by more is another one. */
const MOST_EDITS = 2;

interface MissingImport {
  readonly detail: unknown;
  /** Modules that the dialect passes in. */
  readonly modules: readonly ScriptModule[];
}

type Place = Pick<AppProblem, "file" | "line" | "column">;

function placeOf({ location }: Message, name: string): Place {
  if (location === null) return { file: name, line: null, column: null };
  return { file: location.file, line: location.line, column: location.column + 1 };
}
